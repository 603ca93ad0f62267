-- REFRESH_TITLE with its join order stated: left joins read the pages of the title first. The optimiser, judging by statistics from when the
-- tables were empty, had read the whole tree instead, seconds at a million nodes.

set term ^;
create or alter procedure REFRESH_TITLE (T integer, TITLE_PAGE_TYPE smallint) as
  declare N integer;
  declare X smallint;
  declare P integer;
  declare M smallint;
begin
  select count(p.OT_ID) from OPR_TopStructure s left join OPR_Tree p on p.OT_ID = s.OTS_OT_ID
    where s.OTS_OT_Title = :T and p.OT_DelState = 0 into N;
  N = N + coalesce((select sum(c.OC_PageCache) from OPR_Content c where c.OC_OT_MetaParent = :T), 0);
  X = 0;
  if (exists (select 1 from OPR_TopStructure s left join OPR_Tree p on p.OT_ID = s.OTS_OT_ID
        left join OPR_Fulltext f on f.OF_OT_ID = s.OTS_OT_ID
        where s.OTS_OT_Title = :T and p.OT_DelState = 0 and f.OF_ID is not null)
      or exists (select 1 from OPR_Content c where c.OC_OT_MetaParent = :T and c.OC_TextState = 1)) then X = 1;
  select OC_OT_Titlepage, OC_OT_TitlepageMode from OPR_Content where OC_OT_ID = :T into P, M;
  if (M = 0) then begin
    P = null;
    select first 1 p.OT_ID from OPR_TopStructure s left join OPR_Tree p on p.OT_ID = s.OTS_OT_ID
        left join OPR_Tree u on u.OT_ID = p.OT_OT_Parent left join OPR_Tree st on st.OT_ID = s.OTS_OT_Structure
      where s.OTS_OT_Title = :T and p.OT_DelState = 0
      order by iif(u.OT_RCV_Datatype = 2 and u.OT_RCV_Type = :TITLE_PAGE_TYPE, 0, 1), coalesce(st.OT_Sort, p.OT_Sort), st.OT_ID, p.OT_Sort, p.OT_ID
      into P;
    if (P is null) then
      select first 1 c.OC_OT_Titlepage from OPR_Content c left join OPR_Tree t on t.OT_ID = c.OC_OT_ID
        where c.OC_OT_MetaParent = :T and c.OC_OT_Titlepage is not null and t.OT_DelState = 0 order by t.OT_Sort, t.OT_ID into P;
  end
  update OPR_Content set OC_PageCache = :N, OC_TextState = :X, OC_OT_Titlepage = :P
    where OC_OT_ID = :T and (OC_PageCache <> :N or OC_TextState <> :X or OC_OT_Titlepage is distinct from :P);
end^
set term ;^
