import { makeClassification, areaUnderCurve } from '#test/bench/trees-data.ts';
import { trainForest } from '#core/learning/trees/forest.ts';
import { trainBoosting } from '#core/learning/trees/boosting.ts';
import { createTreePredictor } from '#core/learning/trees/tree-predictor.ts';
import { binData } from '#core/learning/trees/bin-mapper.ts';
import { readRow } from '#core/learning/dataset.ts';
for (const n of [5000, 50000]) {
  const {train,test} = makeClassification('b', n, 5000);
  const t0=performance.now(); binData(train,null); console.log('bin', performance.now()-t0);
  for (const kind of ['forest','boosting','forest','boosting','forest','boosting']) {
    const t=performance.now(); const c0=process.cpuUsage();
    const r = kind==='forest' ? trainForest(train,{task:'classify',trees:150,maxDepth:8,minLeaf:1},1) : trainBoosting(train,{task:'classify'},1);
    const ms=performance.now()-t; const cpu=process.cpuUsage(c0).user/1000;
    if(!r.ok) throw r.error.message;
    const p=createTreePredictor(r.value); const out=new Float64Array(1), row=new Float64Array(40), sc=new Float64Array(test.rows);
    const t2=performance.now();
    for(let i=0;i<test.rows;i++){readRow(test,i,row);p.predict(row,out);sc[i]=out[0];}
    console.log(n,kind,"cpu",cpu.toFixed(0),"wall",ms.toFixed(0),areaUnderCurve(test.target,sc).toFixed(5), 'us/row',((performance.now()-t2)*1000/test.rows).toFixed(1), r.value.arrays.feature.length);
  }
}
