import { useTranslation } from 'react-i18next';

import { changeLanguage } from '../i18n';

/** Names the other language in that language. */
export function LanguageSwitch() {
  const { i18n } = useTranslation();
  const isChinese = i18n.language !== 'en';
  return (
    <button
      type="button"
      className="button button-quiet"
      lang={isChinese ? 'en' : 'zh-CN'}
      onClick={() => changeLanguage(isChinese ? 'en' : 'zh-CN')}
    >
      {isChinese ? 'English' : '中文'}
    </button>
  );
}
