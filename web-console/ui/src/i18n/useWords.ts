import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';

import type { Problem } from '../api/mcu';
import type { Language } from './index';

export type Words = {
  t: TFunction;
  language: Language;
  /** The name of a thing that carries both. */
  nameOf: (named: { name: string; name_en: string }) => string;
  problemText: (problem: Problem) => string;
};

export function useWords(): Words {
  const { t, i18n } = useTranslation();
  const language: Language = i18n.language === 'en' ? 'en' : 'zh-CN';
  return {
    t,
    language,
    nameOf: (named) => (language === 'en' ? named.name_en : named.name),
    problemText: (problem) => (language === 'en' ? problem.detail : problem.detail_zh),
  };
}
