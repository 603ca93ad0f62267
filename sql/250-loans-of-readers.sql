-- What somebody has borrowed and waits for, listed by themselves: found by the reader, in the order in which loans came.
create index OPR_LOAN_READER on OPR_Loan (OL_Reader, OL_ID);
