import { install } from './tingxin';

const script = document.currentScript as HTMLScriptElement | null;
const start = (): void => {
  if (script && !window.Tingxin) window.Tingxin = install(window, script);
};
if (document.body) start();
else document.addEventListener('DOMContentLoaded', start);
