-- Sets of foreign repositories that are pulled into a domain by OAI-PMH: where each stands, and what came of its last run.

create sequence OPR_Harvest_SEQ;

create table OPR_Harvest (
  OHV_ID integer not null constraint PK_OPR_HARVEST primary key,
  OHV_OD_ID integer not null constraint FK_OHV_OD references OPR_Domain (OD_ID) on delete cascade,
  OHV_BaseUrl varchar(500) character set utf8 not null,
  OHV_Set varchar(250) character set utf8 default '' not null,
  OHV_MetadataPrefix varchar(60) character set ascii not null,
  OHV_EveryHours integer,
  OHV_Release smallint default 0 not null constraint CK_OHV_RELEASE check (OHV_Release in (0, 1)),
  OHV_From varchar(20) character set ascii,
  OHV_Token varchar(2000) character set utf8,
  OHV_Started varchar(20) character set ascii,
  OHV_NextTS timestamp,
  OHV_Message varchar(1000) character set utf8,
  OHV_InsertTS timestamp default current_timestamp not null,
  OHV_UpdateTS timestamp default current_timestamp not null,
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

set term ^;
create trigger OPR_HARVEST_BU for OPR_Harvest active before update position 0 as
begin
  new.OHV_UpdateTS = current_timestamp;
end^
set term ;^
