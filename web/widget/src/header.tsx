import type { JSX } from 'preact';
import type { StateInfo } from '../../shared/protocol';
import { AgentIcon, BotIcon, CloseIcon } from './icons';
import { texts } from './texts';

export interface HeaderProps {
  bank: string;
  info: StateInfo;
  elder: boolean;
  onElder(): void;
  onClose: (() => void) | null;
}

export function Header({ bank, info, elder, onElder, onClose }: HeaderProps): JSX.Element {
  return (
    <header class="head">
      <span class="head-mark" aria-hidden="true">
        {info.state === 'human' ? <AgentIcon /> : <BotIcon />}
      </span>
      <div class="head-title">
        <h1>{texts.title(bank)}</h1>
        <p>{subtitle(info)}</p>
      </div>
      <button type="button" class="head-elder" aria-label={elder ? texts.elderOff : texts.elderOn} onClick={onElder}>
        {elder ? texts.standard : texts.elder}
      </button>
      {onClose && (
        <button type="button" class="head-close" aria-label={texts.close} onClick={onClose}>
          <CloseIcon />
        </button>
      )}
    </header>
  );
}

function subtitle(info: StateInfo): string {
  if (info.state === 'human') return texts.agentNamed(info.agent_work_no);
  if (info.state === 'waiting') return texts.headerWaiting;
  if (info.state === 'closed') return texts.headerClosed;
  return texts.headerBot;
}
