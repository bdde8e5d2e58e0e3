import type { ParamDecl, Value } from '../../api/rooms';
import { useWords } from '../../i18n/useWords';
import { textIn } from './RoomsContext';

type Args = Record<string, Value>;

/** Texts that may be so long get more than one line. */
const LONG_TEXT = 100;

/** Values to begin with: no, the least, the first word. */
export function startOf(params: ParamDecl[]): Args {
  const args: Args = {};
  for (const { name, kind } of params) {
    if (kind.type === 'bool') args[name] = false;
    else if (kind.type === 'int') args[name] = Math.min(Math.max(0, kind.min), kind.max);
    else if (kind.type === 'choice') args[name] = kind.options[0]?.[0] ?? '';
    else args[name] = '';
  }
  return args;
}

type FieldProps = { param: ParamDecl; value: Value | undefined; onChange: (value: Value) => void };

function Field({ param, value, onChange }: FieldProps) {
  const { language } = useWords();
  const { kind } = param;
  if (kind.type === 'bool') {
    return <input type="checkbox" checked={value === true} onChange={(event) => onChange(event.target.checked)} />;
  }
  if (kind.type === 'choice') {
    return (
      <select value={String(value)} onChange={(event) => onChange(event.target.value)}>
        {kind.options.map(([option, text]) => (
          <option key={option} value={option}>
            {textIn(language, text)}
          </option>
        ))}
      </select>
    );
  }
  if (kind.type === 'text' && kind.max >= LONG_TEXT) {
    return <textarea rows={2} maxLength={kind.max} value={String(value ?? '')} onChange={(event) => onChange(event.target.value)} />;
  }
  if (kind.type === 'text') {
    return <input type="text" maxLength={kind.max} value={String(value ?? '')} onChange={(event) => onChange(event.target.value)} />;
  }
  return (
    <input
      type="number"
      min={kind.min}
      max={kind.max}
      value={typeof value === 'number' ? value : kind.min}
      onChange={(event) => onChange(Math.min(kind.max, Math.max(kind.min, Math.round(event.target.valueAsNumber) || 0)))}
    />
  );
}

/** A small form for commands with several or wide parameters. */
export function ParamFields({ params, args, onChange }: { params: ParamDecl[]; args: Args; onChange: (args: Args) => void }) {
  const { language } = useWords();
  return params.map((param) => (
    <label key={param.name} className="param">
      {textIn(language, param.label)}
      {param.kind.type === 'int' && param.kind.unit !== '' ? ` (${param.kind.unit})` : ''}
      <Field param={param} value={args[param.name]} onChange={(value) => onChange({ ...args, [param.name]: value })} />
    </label>
  ));
}
