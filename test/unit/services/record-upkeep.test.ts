import { expect, it } from 'vitest';
import { err, ok } from '#core/base/result.ts';
import { RecordUpkeep } from '#main/services/record-upkeep.ts';
import type { Profile } from '#main/store/database.ts';

type Pieces = ReturnType<Profile['upkeep']>;

function upkeepOf(pieces: () => Pieces, isBusy = () => false) {
  const lines: string[] = [];
  const log = { write: (_level: string, _source: string, message: string) => void lines.push(message) };
  return { upkeep: new RecordUpkeep({ profile: { upkeep: pieces }, log, isBusy, pauseMs: 0 }), lines };
}

it('PE-17: the upkeep does all pieces, one after the other, and says nothing', async () => {
  const done: number[] = [];
  const { upkeep, lines } = upkeepOf(function* () {
    for (let piece = 0; piece < 3; piece++) {
      done.push(piece);
      yield;
    }
    return ok(undefined);
  });
  await upkeep.round();
  expect([done, lines]).toEqual([[0, 1, 2], []]);
});

it('PE-17: it gives way to a history run, and ends with the desk after the piece under way', async () => {
  const done: number[] = [];
  let isBusy = true;
  const { upkeep } = upkeepOf(
    function* () {
      for (let piece = 0; ; piece++) {
        done.push(piece);
        if (piece === 1) void upkeep.close();
        yield;
      }
    },
    () => isBusy,
  );
  await upkeep.round();
  expect(done).toEqual([]);
  isBusy = false;
  await upkeep.round();
  expect(done).toEqual([0, 1]);
});

it('PE-17: a full disk stops the upkeep alone: it is logged, and the next round tries again', async () => {
  let rounds = 0;
  const { upkeep, lines } = upkeepOf(function* () {
    rounds++;
    yield;
    return rounds > 1 ? ok(undefined) : err({ kind: 'disk-full', message: 'the disk is full', remedy: 'Make room.' });
  });
  await upkeep.round();
  await upkeep.round();
  expect([rounds, lines]).toEqual([2, ["the record's upkeep waits: the disk is full"]]);
});
