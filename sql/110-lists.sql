-- Indexes for lists that begin with the newest or the highest: an ascending index cannot be walked from its end.

create descending index OPR_OAIRECORD_LAST on OPR_OaiRecord (OOR_Number);
create descending index OPR_OAIRECORD_HIGHEST on OPR_OaiRecord (OOR_OT_ID);
drop index OPR_OAIRECORD_FIRST;
create descending index OPR_OAIRECORD_FIRST on OPR_OaiRecord (OOR_FirstTS, OOR_OT_ID);
create descending index SYS_LOG_LAST on SYS_Log (SL_ID);
create descending index SYS_JOB_LAST on SYS_Job (SJ_ID);
create descending index OPR_IMPORT_LAST on OPR_Import (OIM_ID);

-- an identifier whose scheme is not told
create index OPR_IDENTIFIER_VALUE on OPR_Identifier (OI_Value);

-- titles of a span of years: OCF_DateFrom has its index
create index OPR_CONTENTFIELD_DATETO on OPR_ContentField (OCF_DateTo);
