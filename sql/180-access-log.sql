-- Who saw what is restricted, and how often each title was used.

create sequence SYS_Access_SEQ;
create table SYS_Access (
  SA_ID D_ID not null constraint PK_SYS_ACCESS primary key,
  SA_TS D_TS not null,
  SA_Kind smallint not null constraint CK_SA_KIND check (SA_Kind between 0 and 3),
  SA_OT_ID D_ID not null,
  SA_OT_Title D_ID,
  SA_Principal D_WORD,
  SA_Address varchar(45) character set ascii
);
create index SYS_ACCESS_TS on SYS_Access (SA_TS);
create index SYS_ACCESS_OT on SYS_Access (SA_OT_ID);
create index SYS_ACCESS_PRINCIPAL on SYS_Access (SA_Principal);
comment on table SYS_Access is 'Uses of what is released and not open to everyone, and of masters.';
comment on column SYS_Access.SA_Kind is '0 view of a title, 1 image of a page, 2 download, 3 master';
comment on column SYS_Access.SA_OT_ID is 'The node of the address; the line stays when the node goes';
comment on column SYS_Access.SA_OT_Title is 'The title that it belonged to then';
comment on column SYS_Access.SA_Principal is 'UUID of a user, operator, or public for who sat in an address range; null: made anonymous';

create table SYS_Statistic (
  SST_Day integer not null,
  SST_OD_ID D_ID not null,
  SST_OT_ID D_ID not null,
  SST_Kind smallint not null constraint CK_SST_KIND check (SST_Kind between 0 and 3),
  SST_Count integer not null,
  constraint PK_SYS_STATISTIC primary key (SST_Day, SST_OD_ID, SST_OT_ID, SST_Kind)
);
create index SYS_STATISTIC_OT on SYS_Statistic (SST_OT_ID);
comment on table SYS_Statistic is 'Uses by title, domain and day, without anything about people.';
comment on column SYS_Statistic.SST_Day is 'UTC, as a number: 20260131';
comment on column SYS_Statistic.SST_OT_ID is 'The title; figures stay when it goes';
comment on column SYS_Statistic.SST_Kind is 'As SA_Kind';
