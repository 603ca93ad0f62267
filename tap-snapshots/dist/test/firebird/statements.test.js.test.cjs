/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`dist/test/firebird/statements.test.js > TAP > Kysely says what Firebird understands > insert 1`] = `
insert into "SYS_TREELOCK" ("STL_ID") values (?)
`

exports[`dist/test/firebird/statements.test.js > TAP > Kysely says what Firebird understands > join 1`] = `
select "t"."OT_ID" as "id", "c"."OC_OWNER" as "owner" from "OPR_TREE" as "t" inner join "OPR_CONTENT" as "c" on "c"."OC_OT_ID" = "t"."OT_ID" where "t"."OT_STATE" = ?
`

exports[`dist/test/firebird/statements.test.js > TAP > Kysely says what Firebird understands > keyset 1`] = `
select "OT_ID" as "id", "OT_CAPTION" as "caption" from "OPR_TREE" where "OT_OT_PARENT" = ? order by "OT_SORT" offset ? rows fetch next ? rows only
`

exports[`dist/test/firebird/statements.test.js > TAP > Kysely says what Firebird understands > noFrom 1`] = `
select 1 as "one" from "RDB$DATABASE"
`

exports[`dist/test/firebird/statements.test.js > TAP > Kysely says what Firebird understands > remove 1`] = `
delete from "OPR_TREE" where "OT_ID" = ?
`

exports[`dist/test/firebird/statements.test.js > TAP > Kysely says what Firebird understands > replace 1`] = `
update or insert into "CFG_OPTION" ("CO_OD_ID", "CO_KEY", "CO_VALUE") values (?, ?, ?)
`

exports[`dist/test/firebird/statements.test.js > TAP > Kysely says what Firebird understands > update 1`] = `
update "OPR_TREE" set "OT_CAPTION" = ? where "OT_ID" = ?
`
