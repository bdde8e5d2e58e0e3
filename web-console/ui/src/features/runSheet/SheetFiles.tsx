import type { RunSheet } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { FileButton } from '../../ui/FileButton';
import { saveBlob, saveText } from '../../ui/files';
import { csvText, parseCsv } from './csv';
import { draftOf, draftOfTable, emptyRow, sheetOfJson, tableOf } from './table';
import type { SheetDraft } from './table';

type Props = { draft: SheetDraft; sheet: RunSheet; sites: string[]; nowMs: number; onDraft: (draft: SheetDraft) => void; onTold: (text: string) => void };

const WIDTHS = [18, 20, 12, 24, 24, 12, 20, 12, 8, 30, 40];

/** Three lines that show how it is filled in. */
function template(sites: readonly string[]): SheetDraft {
  const [main = '主会场', first = '甲县', second = '乙县'] = sites;
  const rows = [
    { ...emptyRow(), time: '09:00', title: '开场', site: main, picture: '广播', sound: `全场闭音;开麦 ${main}`, lights: '会议', note: '奏国歌' },
    { ...emptyRow(), time: '09:10', title: '领导讲话', site: main, picture: '广播', content: main, lights: '发言', important: '是' },
    { ...emptyRow(), time: '09:30', title: `${first}发言`, site: first, picture: `点名发言;送预监 ${second}`, content: '无', caption: `张三|${first}县长`, lights: '会议' },
  ];
  return { title: '导播单', rows };
}

/** Files in (JSON, XLSX, CSV) and out. */
export function SheetFiles({ draft, sheet, sites, nowMs, onDraft, onTold }: Props) {
  const { t } = useWords();
  const name = draft.title.replaceAll(/[\\/:*?"<>|]/g, '_') || 'run-sheet';
  const read = async (file: File): Promise<SheetDraft | null> => {
    const title = file.name.replace(/\.\w+$/, '');
    if (file.name.endsWith('.json')) {
      const given = sheetOfJson(await file.text());
      return given === null ? null : draftOf(given, nowMs);
    }
    if (file.name.endsWith('.xlsx')) return draftOfTable(await (await import('./xlsx')).readXlsx(file), title);
    return draftOfTable(parseCsv(await file.text()), title);
  };
  const take = async (file: File): Promise<void> => {
    const given = await read(file).catch(() => null);
    if (given === null) onTold(`✕ ${t('runSheet.badFile', { file: file.name })}`);
    else {
      onDraft(given);
      onTold(`✓ ${t('runSheet.read', { file: file.name, count: given.rows.length })}`);
    }
  };
  const xlsx = async (of: SheetDraft, as: string): Promise<void> => saveBlob(`${as}.xlsx`, await (await import('./xlsx')).xlsxBlob(tableOf(of), WIDTHS));
  return (
    <>
      <FileButton accept=".xlsx,.csv,.json" onFile={(file) => void take(file)}>
        {t('runSheet.import')}
      </FileButton>
      <Button onPress={() => void xlsx(template(sites), t('runSheet.templateName'))}>{t('runSheet.template')}</Button>
      <Button onPress={() => void xlsx(draft, name)}>{t('runSheet.export', { kind: 'XLSX' })}</Button>
      <Button onPress={() => saveText(`${name}.csv`, csvText(tableOf(draft)), 'text/csv')}>{t('runSheet.export', { kind: 'CSV' })}</Button>
      <Button onPress={() => saveText(`${name}.json`, JSON.stringify(sheet, null, 2))}>{t('runSheet.export', { kind: 'JSON' })}</Button>
    </>
  );
}
