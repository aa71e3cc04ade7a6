import { generated } from './zz-data.ts';
import { trainNetwork } from '#main/workers/network-trainer.ts';
import { createNetworkPredictor } from '#core/learning/network/dense-network.ts';
import { writeFileSync } from 'node:fs';
const train=generated(Number(process.argv[3]??5000),40,'train'+(process.argv[4]??'')), test=generated(20000,40,'test');
function auc(s:Float64Array,y:Float64Array){const o=Array.from(s.keys()).sort((a,b)=>s[a]!-s[b]!);let rank=0,p=0;o.forEach((i,k)=>{if(y[i]){rank+=k+1;p++}});return (rank-p*(p+1)/2)/(p*(y.length-p));}
const csv=(d:any)=>{let t='';for(let i=0;i<d.rows;i++)t+=d.columns.map((c:any)=>c[i]).join(',')+','+d.target[i]+'\n';return t};
if(process.argv[5]) writeFileSync('/tmp/netw/train.csv',csv(train));if(process.argv[5]) if(process.argv[5]) writeFileSync('/tmp/netw/test.csv',csv(test));
for (const p of JSON.parse(process.argv[2]??'[{}]')) { 
 const t=performance.now(); const m=await trainNetwork(train,'classify',p,1); const ms=performance.now()-t;
 if(!m.ok) {console.log(m.error);continue}
 const pr=createNetworkPredictor(m.value); const row=new Float64Array(40), out=new Float64Array(1), s=new Float64Array(test.rows);
 const t1=performance.now(); for(let i=0;i<test.rows;i++){for(let c=0;c<40;c++)row[c]=test.columns[c]![i]!;pr.predict(row,out);s[i]=out[0]!}
 console.log(JSON.stringify(p),ms.toFixed(0),'ms',m.value.header.epochs,m.value.header.bestEpoch,(m.value.header.laterLoss as number).toFixed(4),'auc',auc(s,test.target).toFixed(4), ((performance.now()-t1)/test.rows*1000).toFixed(2)+'us');
}
