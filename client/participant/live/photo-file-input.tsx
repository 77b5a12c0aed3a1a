export interface PhotoFileInputProps {
  label: string;
  testId: string;
  onFile: (file: File) => void;
}

/** Covers its parent, which shows what it is, and opens the phone's own camera app. */
export function PhotoFileInput({ label, testId, onFile }: PhotoFileInputProps) {
  return (
    <input
      type="file"
      accept="image/*"
      capture="environment"
      aria-label={label}
      data-testid={testId}
      className="absolute inset-0 cursor-pointer opacity-0"
      onChange={(event) => {
        const file = event.target.files?.[0];
        // The same file chosen again is to count again.
        event.target.value = "";
        if (file !== undefined) onFile(file);
      }}
    />
  );
}
