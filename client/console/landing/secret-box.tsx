import { CopyButton } from "@nexbasira/ui/copy-button.tsx";

interface SecretBoxProps {
  /** Of the box, for tests. */
  name: string;
  label: string;
  value: string;
  /** What the button says. */
  copy: string;
  onCopied?: () => void;
}

/** A secret that is shown this once, to be copied by the button or by hand: three cells of a grid of two columns. */
export function SecretBox({ name, label, value, copy, onCopied }: SecretBoxProps) {
  return (
    <>
      <p className="text-sm font-medium text-ink not-first:mt-2 sm:col-span-2">{label}</p>
      <code
        data-testid={`sandbox-${name}`}
        className="flex min-h-9 min-w-0 items-center self-start rounded-control border border-line bg-sunken px-3 py-1.5 font-mono text-sm break-all text-ink select-all [font-variant-ligatures:none]"
      >
        {value}
      </code>
      <CopyButton text={value} label={copy} {...(onCopied && { onCopied })} />
    </>
  );
}
