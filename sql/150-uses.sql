-- Lending: titles of which only so many copies are read at the same time, who reads them and who waits.

-- the few titles with a limit are read by each process when PRV_AclState says that something has changed
create index OPR_CONTENT_COPIES on OPR_Content (OC_MaxAccessCount);

create table OPR_LoanDesk (
  OLD_OT_ID D_ID not null constraint PK_OPR_LOANDESK primary key constraint FK_OLD_OT references OPR_Tree (OT_ID) on delete cascade,
  OLD_Number bigint default 0 not null
);
comment on table OPR_LoanDesk is 'One row for each title that is or was lent; whoever changes its loans changes this row first, so that they come one after the other.';

create sequence OPR_Loan_SEQ;
create table OPR_Loan (
  OL_ID D_ID not null constraint PK_OPR_LOAN primary key,
  OL_OT_ID D_ID not null constraint FK_OL_OLD references OPR_LoanDesk (OLD_OT_ID) on delete cascade,
  OL_Reader varchar(80) character set ascii not null,
  OL_PU_ID D_ID constraint FK_OL_PU references PRV_User (PU_ID) on delete cascade,
  OL_Held D_FLAG not null,
  OL_UseTS D_TS default current_timestamp not null,
  OL_TakeTS D_TS,
  OL_InsertTS D_TS default current_timestamp not null,
  constraint UK_OL unique (OL_OT_ID, OL_Reader)
);
comment on table OPR_Loan is 'Readers of a title with OC_MaxAccessCount, and those who wait for a copy.';
comment on column OPR_Loan.OL_Reader is 'user <PU_ID>, or browser <SHA-256 of its cookie>';
comment on column OPR_Loan.OL_Held is '1 = holds a copy, 0 = waits';
comment on column OPR_Loan.OL_UseTS is 'Last use, to the minute; a loan or a place in the queue ends some time after it';
comment on column OPR_Loan.OL_TakeTS is 'When the copy was taken';
comment on column OPR_Loan.OL_InsertTS is 'Since when the reader holds or waits: the order of the queue';

set term ^;
create trigger OPR_CONTENT_COPIES for OPR_Content active after insert or update or delete position 15 as
begin
  if ((inserting and new.OC_MaxAccessCount is not null) or (deleting and old.OC_MaxAccessCount is not null)
      or (updating and new.OC_MaxAccessCount is distinct from old.OC_MaxAccessCount)) then
    update PRV_AclState set PAS_Number = PAS_Number + 1 where PAS_ID = 1;
  if ((inserting or updating) and new.OC_MaxAccessCount > 0) then
    if (not exists (select 1 from OPR_LoanDesk where OLD_OT_ID = new.OC_OT_ID)) then
      insert into OPR_LoanDesk (OLD_OT_ID) values (new.OC_OT_ID);
end^
set term ;^
