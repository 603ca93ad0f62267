/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`dist/test/intake/imports-real.test.js > TAP > every METS at hand gives the nodes, pages, texts and warnings of the committed table > expected of the real data 1`] = `
book-148811035/320796.prep.xml: partial, 21 nodes = 1 titles + 4 structure + 16 pages + 0 links; 0 masters, 0 texts; 16 missing
book-148811035/mets.xml: created, 21 nodes = 1 titles + 4 structure + 16 pages + 0 links; 16 masters, 7 texts; 1 orphan-text, 3 boxes-unusable
book-737429/737429.oai.xml: partial, 7 nodes = 1 titles + 2 structure + 4 pages + 0 links; 0 masters, 0 texts; 4 missing, 1 file-not-taken
newspaper-16359604/16359604.mets.xml: partial, 11 nodes = 3 titles + 0 structure + 8 pages + 0 links; 0 masters, 2 texts; 8 missing
newspaper-16359604/zd1-16767392.oai.xml: partial, 15 nodes = 3 titles + 0 structure + 12 pages + 0 links; 0 masters, 0 texts; 1 file-not-taken, 12 missing, 12 missing-text
newspaper-16359604/zd1-issue-16359603.zmets.xml: partial, 7 nodes = 3 titles + 0 structure + 4 pages + 0 links; 0 masters, 0 texts; 4 missing, 4 missing-text
vls-mets/10595.mets.xml: partial, 44 nodes = 1 titles + 27 structure + 16 pages + 0 links; 0 masters, 0 texts; 13 link, 16 missing, 1 file-not-taken
vls-mets/12504.mets.xml: partial, 16 nodes = 1 titles + 3 structure + 12 pages + 0 links; 0 masters, 0 texts; 2 file-not-taken, 12 missing
vls-mets/20586.mets.xml: partial, 17 nodes = 3 titles + 0 structure + 14 pages + 0 links; 0 masters, 0 texts; 2 file-not-taken, 14 missing
vls-mets/322332.mets.xml: partial, 492 nodes = 2 titles + 26 structure + 464 pages + 0 links; 0 masters, 0 texts; 2 file-not-taken, 464 missing
vls-mets/mena-Af-1237560.ulb.xml: partial, 287 nodes = 2 titles + 5 structure + 280 pages + 0 links; 0 masters, 0 texts; 280 missing
vls-mets/vd16-oai-997508.xml: partial, 17 nodes = 1 titles + 4 structure + 12 pages + 0 links; 0 masters, 0 texts; 2 file-not-taken, 12 missing
vls-mets/vd17-AF-11250807.ulb.xml: partial, 23 nodes = 2 titles + 4 structure + 17 pages + 0 links; 0 masters, 0 texts; 17 missing
vls-mets/vls_digital_3014754.zmets.xml: partial, 7 nodes = 3 titles + 0 structure + 4 pages + 0 links; 0 masters, 0 texts; 4 missing, 3 file-not-taken
`
