/** The gates that scalps must pass, each with a way to take it away; they come from the Analysis panel or a file (PH-43). */
import { X } from 'lucide-react';
import { IconButton } from '../../ui/Button.tsx';
import { Badge } from '../../ui/controls.tsx';

export interface ChosenGatesProps {
  readonly gates: readonly string[];
  readonly onChange: (gates: string[]) => void;
}

export function ChosenGates({ gates, onChange }: ChosenGatesProps) {
  if (gates.length === 0) return <span className="faint">none: the Analysis panel recommends some, or none</span>;
  return (
    <span className="row" style={{ flexWrap: 'wrap' }}>
      {gates.map((gate) => (
        <span key={gate} className="row" style={{ gap: '2px' }}>
          <Badge>{gate}</Badge>
          <IconButton
            label={`Take ${gate} away`}
            size="small"
            icon={<X size={12} />}
            onClick={() => onChange(gates.filter((one) => one !== gate))}
          />
        </span>
      ))}
    </span>
  );
}
