import { rmSync, statSync } from 'node:fs';
import { openProfile } from '/work/main/src/main/store/database.ts';
import { readCandleFile } from '/work/main/src/main/files/candle-csv.ts';
import { phantomCsv, phantomNdjson } from '/work/main/src/main/files/phantom-csv.ts';
const med=(f:()=>number,n=5)=>{const a=Array.from({length:n},f).sort((x,y)=>x-y);return `median ${a[n>>1]!.toFixed(0)} best ${a[0]!.toFixed(0)} worst ${a[n-1]!.toFixed(0)}`};
rmSync('/tmp/ccan',{recursive:true,force:true}); const o=openProfile('/tmp/ccan'); if(!o.ok) throw o; const p=o.value;
const N=525600, T=Date.UTC(2024,0,1); let price=50000; const cs=Array.from({length:N},(_,i)=>{price+=Math.sin(i*1.3)*20; return {openTime:T+i*60000,open:price,high:price+5.5,low:price-4.25,close:price+1.1,volume:(i%977)/7}});
let k=0; console.log('insert rows/s', med(()=>{const t=performance.now(); const r=p.candles.write(`b:S${k++}`,'1m',cs,T); if(!r.ok) throw r; return N/(performance.now()-t)*1000}));
console.log('load year columns ms', med(()=>{const t=performance.now(); p.candles.readColumns('b:S0','1m'); return performance.now()-t},7));
console.log('load year stream ms', med(()=>{const t=performance.now(); let n=0; for(const c of p.candles.read('b:S1','1m')) n+=c.close; return performance.now()-t},7));
let t=performance.now(); let nn=0; for(let i=0;i<2000;i++){p.candles.write('b:S0','1m',[{...cs[0]!,openTime:T+(N+i)*60000}],T);nn++} console.log('single live writes/s',nn/(performance.now()-t)*1000);
p.close(); console.log('MB per year', statSync('/tmp/ccan/candles.sqlite').size/5/1e6);
const o2=openProfile('/tmp/ccan'); if(o2.ok){t=performance.now(); o2.value.candles.readColumns('b:S3','1m'); console.log('first load after opening ms',performance.now()-t); o2.value.close();}
for (const f of ['BTCUSDT-5m','BTCUSDT-1m']) for(let j=0;j<2;j++){ t=performance.now(); let n=0; for await(const b of readCandleFile(`/work/shared/data/candles/binance-spot/${f}.csv.gz`)) if(b.ok) n+=b.value.length; else throw b; console.log('csv.gz rows/s',f,n,(n/(performance.now()-t)*1000).toFixed(0)); }
const q=openProfile('/tmp/cprof'); if(!q.ok) throw q; t=performance.now(); q.value.loadOpen(); console.log('loadOpen ms',performance.now()-t);
const sets=q.value.history.featureSets();
for(const [name,format,by] of [['csv',phantomCsv,'openedAt'],['csv by netR',phantomCsv,'netR'],['ndjson',phantomNdjson,'openedAt']] as const){ t=performance.now(); let rows=0,bytes=0,peak=0; const base=process.memoryUsage().rss; for(const c of format(q.value.exportPhantoms({}, {by,direction:'descending'}),sets)){rows+=c.rows;bytes+=c.text.length; if(rows%50000===0) peak=Math.max(peak,process.memoryUsage().rss-base); if(rows>=(by==='netR'?200000:1e6)) break;} const s=(performance.now()-t)/1000; console.log('export',name,rows,'rows',s.toFixed(1),'s',(rows/s).toFixed(0),'rows/s',(bytes/1e6).toFixed(0),'MB, rss +',(peak/1e6).toFixed(0));}
q.value.close();
