-- What was found when the bytes of a master were decoded: once for each SHA-256, whatever page, delivery or repetition brings them.

create table OPR_MasterVerdict (
  OMV_Sha256 varchar(64) character set ascii not null constraint PK_OPR_MASTERVERDICT primary key,
  OMV_Rules smallint not null,
  OMV_Scans blob sub_type text character set utf8 not null,
  OMV_InsertTS timestamp default current_timestamp not null
);
comment on table OPR_MasterVerdict is 'Masters that were decoded to their end.';
comment on column OPR_MasterVerdict.OMV_Rules is 'Rules that they were judged by; older ones are judged anew';
comment on column OPR_MasterVerdict.OMV_Scans is 'JSON list of the pages of the file: size, profile, notes';
