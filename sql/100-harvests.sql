-- Sets of foreign repositories that are pulled into a domain by OAI-PMH: where each stands, and what came of its last run.

create sequence OPR_Harvest_SEQ;

create table OPR_Harvest (
  OHV_ID D_ID not null constraint PK_OPR_HARVEST primary key,
  OHV_OD_ID D_ID not null constraint FK_OHV_OD references OPR_Domain (OD_ID) on delete cascade,
  OHV_BaseUrl D_LINE not null,
  OHV_Set D_NAME default '' not null,
  OHV_MetadataPrefix D_WORD not null,
  OHV_EveryHours integer,
  OHV_Release D_FLAG default 0 not null,
  OHV_From varchar(20) character set ascii,
  OHV_Token D_CAPTION,
  OHV_Started varchar(20) character set ascii,
  OHV_NextTS D_TS,
  OHV_Message varchar(1000) character set utf8,
  OHV_RunTS D_TS,
  OHV_RunBy varchar(200) character set utf8,
  OHV_SuccessTS D_TS,
  OHV_FailureTS D_TS,
  OHV_Fault varchar(1000) character set utf8,
  OHV_InsertTS D_TS default current_timestamp not null,
  OHV_UpdateTS D_TS default current_timestamp not null,
  constraint UK_OHV unique (OHV_OD_ID, OHV_BaseUrl, OHV_Set, OHV_MetadataPrefix)
);
comment on table OPR_Harvest is 'Sets of foreign repositories that are harvested into a domain.';
comment on column OPR_Harvest.OHV_Set is 'setSpec; empty for the whole repository';
comment on column OPR_Harvest.OHV_EveryHours is 'Null: only when asked';
comment on column OPR_Harvest.OHV_Release is '1 = what is harvested is released';
comment on column OPR_Harvest.OHV_From is 'from of the next run: responseDate of the first answer of the last complete one';
comment on column OPR_Harvest.OHV_Token is 'Resumption token of a run that was interrupted';
comment on column OPR_Harvest.OHV_Started is 'responseDate of the first answer of the run under way';
comment on column OPR_Harvest.OHV_NextTS is 'When it is due';
comment on column OPR_Harvest.OHV_Message is 'What the last run came to';
comment on column OPR_Harvest.OHV_RunTS is 'Last sign of the run under way; null between runs';
comment on column OPR_Harvest.OHV_RunBy is 'Machine and process of the run under way';
comment on column OPR_Harvest.OHV_SuccessTS is 'End of the last run that came to its end';
comment on column OPR_Harvest.OHV_FailureTS is 'End of the last run that failed';
comment on column OPR_Harvest.OHV_Fault is 'Why the last run failed; null after one that did not';

set term ^;
create trigger OPR_HARVEST_BU for OPR_Harvest active before update position 0 as
begin
  new.OHV_UpdateTS = current_timestamp;
end^
set term ;^
