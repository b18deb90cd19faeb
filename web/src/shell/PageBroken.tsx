import { Component, type ReactNode } from "react";
import { i18n } from "../i18n";
import { isMissingFile, loadAgain } from "./again";
import { LoadAgain, Notice } from "./Notice";

interface Props {
  /** What is shown; when it changes, what went wrong before is over. */
  place: string;
  children: ReactNode;
}

interface State {
  error: Error | null;
  place: string;
}

/** Catches a page that could not be loaded or drawn. Missing files are asked for anew by itself: an agent's customer
 * waits for his page. */
export class PageBroken extends Component<Props, State> {
  override state: State = { error: null, place: this.props.place };

  private giveUp: () => void = () => {};

  override componentDidCatch(error: Error): void {
    this.giveUp();
    if (isMissingFile(error)) this.giveUp = loadAgain();
  }

  override componentDidUpdate(): void {
    if (!this.state.error) this.giveUp();
  }

  override componentWillUnmount(): void {
    this.giveUp();
  }

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  static getDerivedStateFromProps({ place }: Props, state: State): Partial<State> | null {
    return place === state.place ? null : { place, error: null };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <Notice
        title={i18n.t("frame.page_broken")}
        detail={error.message}
        action={<LoadAgain text={i18n.t("frame.load_again")} onClick={() => window.location.reload()} />}
      />
    );
  }
}
