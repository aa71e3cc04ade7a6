import { createRandom } from '#core/base/random.ts';
import type { Dataset } from '#core/learning/dataset.ts';
export function generated(rows:number, features:number, seed:string): Dataset {
  const r=createRandom(seed);
  const columns=Array.from({length:features},()=>new Float64Array(rows));
  const target=new Float64Array(rows);
  for(let i=0;i<rows;i++){ for(const c of columns) c[i]=r.normal();
    const x=(k:number)=>columns[k]![i]!;
    const z=0.8*x(0)-0.6*x(1)+0.7*x(2)*x(3)+0.5*Math.sin(2*x(4))+0.4*(x(5)>0.5?1:0)*x(6)+0.3*x(7)**2-0.3;
    target[i]=r.next()<1/(1+Math.exp(-z))?1:0; }
  return {names:columns.map((_,i)=>`f${i}`),columns,rows,target,weight:new Float64Array(rows).fill(1)};
}
