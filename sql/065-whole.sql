-- What a transaction may not leave behind: a title without its row of OPR_Content, a page without its row of OPR_Page.

set term ^;
create trigger OPR_CONTENT_AD_WHOLE for OPR_Content active after delete position 40 as
begin
  execute procedure NODE_MADE(old.OC_OT_ID);
end^

create trigger OPR_PAGE_AD_WHOLE for OPR_Page active after delete position 40 as
begin
  execute procedure NODE_MADE(old.OP_OT_ID);
end^

-- The left joins state the order: from the few nodes of the transaction to their rows.
create trigger TRANSACTION_WHOLE active on transaction commit position 0 as
  declare N integer;
begin
  if (rdb$get_context('USER_TRANSACTION', 'NODES_MADE') is not null) then begin
    select first 1 t.OT_ID from TMP_Node n
        left join OPR_Tree t on t.OT_ID = n.TN_OT_ID
        left join OPR_Content c on c.OC_OT_ID = t.OT_ID
        left join OPR_Page p on p.OP_OT_ID = t.OT_ID
      where t.OT_OT_Link is null and ((t.OT_RCV_Datatype = 1 and c.OC_ID is null) or (t.OT_RCV_Datatype = 3 and p.OP_ID is null)
        or (t.OT_RCV_Datatype <> 1 and c.OC_ID is not null) or (t.OT_RCV_Datatype <> 3 and p.OP_ID is not null))
      into N;
    if (N is not null) then
      exception E_TREE_TORN 'Node ' || N || ' cannot be stored: a title has bibliographic data and a page scan data, and nothing else has either.';
  end
end^
set term ;^
