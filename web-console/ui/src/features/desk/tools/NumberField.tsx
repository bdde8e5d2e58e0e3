type Props = { label: string; unit?: string; value: string; min: number; max: number; onChange: (value: string) => void; hint?: string };

export function NumberField({ label, unit, value, min, max, onChange, hint }: Props) {
  return (
    <label className="field">
      <span>{label}</span>
      <span className="field-value">
        <input type="number" inputMode="numeric" min={min} max={max} step={1} value={value} placeholder={hint} onChange={(event) => onChange(event.target.value)} />
        {unit !== undefined && <span>{unit}</span>}
      </span>
    </label>
  );
}
