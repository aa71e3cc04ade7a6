import { createRandom } from '#core/base/random.ts';
import { retrain } from '#core/learning/promotion-run.ts';
import { createStandIn, trainLogistic, head } from './learning-examples.ts';
const M=60000;
for (const [name, phi, lab, lifeMin, copies] of [['iid',0,0,20,1],['persistent labels+features, short lives',0.98,2,20,1],['persistent, long lives',0.98,2,600,1],['5 instruments at once, one outcome mostly shared',0,4,200,5],['5 at once, persistent',0.95,3,200,5]] as [string,number,number,number,number][]) {
  let promoted=0; const T=300; let ev:number[]=[];
  for (let t=0;t<T;t++){ const r=createRandom(name+t); const rows=500;
    const cols=[0,1,2].map(()=>new Float64Array(rows)); const target=new Float64Array(rows), o=new Float64Array(rows), e=new Float64Array(rows);
    const st=[0,0,0]; let lat=0, time=1e12; const s=Math.sqrt(1-phi*phi);
    for(let i=0;i<rows;i++){ if(i%copies===0){ time+=Math.ceil(r.next()*120)*M; lat=phi*lat+s*r.normal(); for(let k=0;k<3;k++) st[k]=phi*st[k]+s*r.normal(); }
      for(let k=0;k<3;k++) cols[k][i]=st[k]+0.1*r.normal(); target[i]=r.next()<1/(1+Math.exp(-lab*lat))?1:0; o[i]=time; e[i]=time+Math.ceil(r.next()*2*lifeMin)*M; }
    const out=await retrain({data:{names:['a','b','c'],columns:cols,rows,target,weight:new Float64Array(rows).fill(1)},lives:{openedAt:o,resolvedAt:e,netR:target.map(w=>w?1:-1)},heads:[head('l',trainLogistic)],champion:null,attempt:1},{seed:''+t,createPredictor:createStandIn});
    if(out.ok){ if(out.value.verdict==='promoted')promoted++; const v=out.value.judgement?.figures['evidenceNats']; if(v!==undefined)ev.push(v);} }
  ev.sort((a,b)=>a-b); console.log(name,promoted+'/'+T,'evidence max',ev.at(-1)?.toFixed(2),'p99',ev[Math.floor(ev.length*.99)]?.toFixed(2), ev.length);
}
