import { openProfile } from '#main/store/database.ts';
import { phantomCsv } from '#main/files/phantom-csv.ts';
const q=openProfile('/tmp/cprof'); if(!q.ok) throw q; let t=performance.now(); q.value.loadOpen(); console.log('loadOpen ms',performance.now()-t);
const sets=q.value.history.featureSets(); t=performance.now(); let rows=0;
for(const c of phantomCsv(q.value.exportPhantoms({}, {by:'openedAt',direction:'descending'}),sets)){rows+=c.rows; if(rows>=150000) break;} console.log('export rows/s',rows/(performance.now()-t)*1000);
q.value.close();
