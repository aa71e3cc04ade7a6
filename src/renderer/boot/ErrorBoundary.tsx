/** A bug in the window must never leave it blank: says what happened and offers a fresh start of the page. */
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { Button } from '../ui/Button.tsx';

interface Props {
  readonly children: ReactNode;
}

interface State {
  readonly error: Error | null;
}

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error(error, info.componentStack);
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <main className="curtain">
        <div className="curtain__card" role="alert">
          <h1 className="curtain__title">The window has a fault</h1>
          <p>
            Only the picture is affected: what is recorded and followed goes on in the background. Loading the window
            again usually helps.
          </p>
          <pre className="curtain__error">{error.message}</pre>
          <div className="row">
            <Button look="primary" onClick={() => window.location.reload()}>
              Load the window again
            </Button>
            <Button onClick={() => this.setState({ error: null })}>Go on</Button>
          </div>
        </div>
      </main>
    );
  }
}
