import { emotionTone, percent } from '../lib/labels';
import type { Opened } from '../store/state';
import type { Jump } from './InfoPanel';

/** The curve as text, for those who do not see it. */
export function CurveTable({ opened, onJump }: { opened: Opened; onJump: Jump }) {
  const emotions = new Map(opened.messages.map((message) => [message.seq, message.emotion ?? null]));
  return (
    <details className="curve-table">
      <summary>用表格查看</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">消息</th>
            <th scope="col">情绪</th>
            <th scope="col">单条</th>
            <th scope="col">累积</th>
          </tr>
        </thead>
        <tbody>
          {opened.curve.map((point) => {
            const emotion = emotions.get(point.seq);
            return (
              <tr key={point.seq}>
                <td>
                  <button type="button" onClick={() => onJump([point.seq])} aria-label={`查看第 ${point.seq} 条消息`}>
                    #{point.seq}
                  </button>
                </td>
                <td style={emotion ? { color: emotionTone(emotion).color } : undefined}>{emotion ?? '—'}</td>
                <td>{percent(point.score)}</td>
                <td className={opened.threshold !== null && point.level >= opened.threshold ? 'is-over' : undefined}>
                  {percent(point.level)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </details>
  );
}
