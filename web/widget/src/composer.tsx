import type { JSX, RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { StateInfo } from '../../shared/protocol';
import { HeadsetIcon, SendIcon } from './icons';
import { texts } from './texts';

export const TEXT_LIMIT_CHARS = 1000;
const COUNTER_FROM_CHARS = 800;
const MAX_INPUT_PX = 132;

export interface ComposerProps {
  inputRef: RefObject<HTMLTextAreaElement>;
  info: StateInfo;
  draft: string;
  onDraft(text: string): void;
  onSend(text: string): void;
  onTyping(): void;
  onAgent(): void;
}

export function Composer(props: ComposerProps): JSX.Element {
  const { inputRef, info, draft, onDraft } = props;
  const composedAt = useRef(0);
  const count = Array.from(draft).length;
  const over = count - TEXT_LIMIT_CHARS;
  const canSend = draft.trim().length > 0 && over <= 0;

  useEffect(() => {
    const area = inputRef.current;
    if (!area) return;
    area.style.height = 'auto';
    area.style.height = `${Math.min(area.scrollHeight, MAX_INPUT_PX)}px`;
  }, [draft, inputRef]);

  const submit = (): void => {
    if (!canSend) return;
    props.onSend(draft);
    onDraft('');
    inputRef.current?.focus({ preventScroll: true });
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey) return;
    // Enter that chooses a candidate of the input method must not send. Safari ends the composition before this
    // key event (keyCode 229, or a composition that ended in this very moment).
    if (event.isComposing || event.keyCode === 229 || Date.now() - composedAt.current < 50) return;
    event.preventDefault();
    submit();
  };

  return (
    <form
      class="composer"
      aria-label={texts.composer}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div class="tools">
        <AgentButton state={info.state} onAgent={props.onAgent} />
        {count >= COUNTER_FROM_CHARS && (
          <p class="counter" data-over={over > 0} role="status">
            {over > 0 ? texts.tooLong(over) : texts.counter(count, TEXT_LIMIT_CHARS)}
          </p>
        )}
      </div>
      <div class="entry">
        <textarea
          ref={inputRef}
          rows={1}
          value={draft}
          aria-label={texts.inputLabel}
          aria-invalid={over > 0}
          placeholder={info.state === 'human' ? texts.inputHuman : texts.inputLabel}
          enterkeyhint="send"
          autocomplete="off"
          onInput={(event) => {
            onDraft(event.currentTarget.value);
            props.onTyping();
          }}
          onCompositionEnd={() => {
            composedAt.current = Date.now();
          }}
          onKeyDown={onKeyDown}
        />
        <button type="submit" class="send" aria-label={texts.send} disabled={!canSend}>
          <SendIcon />
          <span>{texts.send}</span>
        </button>
      </div>
    </form>
  );
}

function AgentButton({ state, onAgent }: { state: StateInfo['state']; onAgent(): void }): JSX.Element {
  const busy = state === 'waiting' || state === 'human';
  const label = state === 'waiting' ? texts.queueing : state === 'human' ? texts.withAgent : texts.toAgent;
  return (
    <button type="button" class="to-agent" data-testid="to-agent" disabled={busy} onClick={onAgent}>
      <HeadsetIcon />
      {label}
    </button>
  );
}
