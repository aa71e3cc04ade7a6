/** Takes the file of an exported version: checked by the services, it lands as a challenger and scores nothing (ML-40). */
import { Upload } from 'lucide-react';
import { useRef } from 'react';
import { useStore } from 'zustand';
import { useDesk } from '../../lib/desk-context.tsx';
import { tip } from '../../lib/glossary.ts';
import { Button } from '../../ui/Button.tsx';
import { useModelsStore } from './models-context.tsx';

export function ImportVersion() {
  const store = useModelsStore();
  const desk = useDesk();
  const picker = useRef<HTMLInputElement>(null);
  const isCarrying = useStore(store, (state) => state.transfer !== null);
  const isConnected = useStore(desk.link, (state) => state.now.state === 'connected');
  return (
    <>
      <Button
        size="small"
        icon={<Upload size={12} aria-hidden="true" />}
        disabled={isCarrying || !isConnected}
        onClick={() => picker.current?.click()}
        {...tip('Adds a version from a file that was exported here or elsewhere. It is checked, and decides nothing.')}
      >
        Import
      </Button>
      <input
        ref={picker}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label="Exported version"
        accept=".json"
        onChange={(event) => {
          const file = event.target.files?.[0];
          // The same file can be chosen again after a failure.
          event.target.value = '';
          if (file !== undefined) void store.importVersion(file);
        }}
      />
    </>
  );
}
