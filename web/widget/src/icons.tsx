import type { ComponentChildren, JSX } from 'preact';

function Icon({ children, size = 20 }: { children: ComponentChildren; size?: number }): JSX.Element {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

/** A bubble that listens: the mark of the 智能客服. */
export const BotIcon = (): JSX.Element => (
  <Icon size={22}>
    <path d="M12 3.5c4.97 0 9 3.36 9 7.5s-4.03 7.5-9 7.5c-.9 0-1.78-.11-2.6-.32L5.2 20.5l.6-3.6C4.07 15.5 3 13.37 3 11c0-4.14 4.03-7.5 9-7.5Z" />
    <path d="M8.2 10v2M12 8.4v5.2M15.8 10v2" />
  </Icon>
);

export const AgentIcon = (): JSX.Element => (
  <Icon size={22}>
    <circle cx="12" cy="8.2" r="3.7" />
    <path d="M4.8 20c.6-3.9 3.5-6.1 7.2-6.1s6.6 2.2 7.2 6.1" />
  </Icon>
);

export const HeadsetIcon = (): JSX.Element => (
  <Icon size={18}>
    <path d="M4 14v-2a8 8 0 0 1 16 0v2" />
    <rect x="3" y="13" width="4" height="6" rx="1.8" />
    <rect x="17" y="13" width="4" height="6" rx="1.8" />
    <path d="M19 19c0 1.7-2 2.5-5 2.5" />
  </Icon>
);

export const SendIcon = (): JSX.Element => (
  <Icon>
    <path d="M12 19V5.5M6 11l6-6 6 6" />
  </Icon>
);

export const CloseIcon = (): JSX.Element => (
  <Icon size={22}>
    <path d="m6.5 9.5 5.5 5.5 5.5-5.5" />
  </Icon>
);

export const DownIcon = (): JSX.Element => (
  <Icon size={16}>
    <path d="M12 5v13M6.5 12.5 12 18l5.5-5.5" />
  </Icon>
);

export const RiskIcon = (): JSX.Element => (
  <Icon size={18}>
    <path d="M12 4 2.8 19.5h18.4L12 4Z" />
    <path d="M12 10v4.4M12 17v.1" />
  </Icon>
);

export const RetryIcon = (): JSX.Element => (
  <Icon size={15}>
    <path d="M12 7.5v5.5M12 16.4v.1" />
    <circle cx="12" cy="12" r="9" />
  </Icon>
);

export const ChevronIcon = (): JSX.Element => (
  <Icon size={15}>
    <path d="m9.5 6.5 5.5 5.5-5.5 5.5" />
  </Icon>
);
