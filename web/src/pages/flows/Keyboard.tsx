import { useTranslation } from "react-i18next";

const KEYS = [
  ["arrows", "← ↑ → ↓"],
  ["alt_arrows", "Alt + ← ↑ → ↓"],
  ["tab", "Tab"],
  ["enter", "Enter"],
  ["insert", "+"],
  ["delete", "Delete"],
  ["undo", "Ctrl + Z, Ctrl + Y"],
  ["copy", "Ctrl + C, X, V"],
  ["all", "Ctrl + A"],
  ["drag", "Shift"],
  ["escape", "Esc"],
  ["save", "Ctrl + S"],
] as const;

/** What the editor's keys do. */
export function Keyboard() {
  const { t } = useTranslation("flow");
  return (
    <table className="flow-keys">
      <tbody>
        {KEYS.map(([what, keys]) => (
          <tr key={what}>
            <th scope="row">
              <kbd className="flow-key">{keys}</kbd>
            </th>
            <td>{t(`keyboard.${what}`)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
