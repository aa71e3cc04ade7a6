import { readCandleFile } from '#main/files/candle-csv.ts';
for(let j=0;j<4;j++){ const t=performance.now(); let n=0; for await(const b of readCandleFile(`/work/shared/data/candles/binance-spot/BTCUSDT-1m.csv.gz`)) if(b.ok) n+=b.value.length; console.log('csv.gz rows/s',n,(n/(performance.now()-t)*1000).toFixed(0)); }
