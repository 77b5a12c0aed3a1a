import { showToast } from "@nexbasira/ui/toast.tsx";
import { Camera, Flashlight, type LucideIcon, ScanSearch } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import type { CommandPrompt, InspectorCommands } from "./inspector-commands.ts";
import { RequestCard } from "./request-card.tsx";

/** What the inspector wants of the phone and the phone cannot do alone. */
export function CommandCard({ commands }: { commands: InspectorCommands }) {
  const { t } = useTranslation("participant");
  const prompt = useSyncExternalStore(commands.subscribe, commands.getPrompt);
  if (prompt === null) return null;
  const { icon, wish, action } = wordsOf(prompt);
  const accept = async (): Promise<void> => {
    if (!(await commands.accept())) showToast({ kind: "warning", text: t("camera.failed") });
  };
  return (
    <RequestCard
      icon={icon}
      testId="command-request"
      title={t(`command.title.${wish}`, { name: prompt.by })}
      text={t(`command.text.${prompt.why === "by_hand" ? byHand(prompt) : prompt.why}`)}
      onDismiss={() => commands.dismiss()}
      action={{ label: t(`command.action.${action}`), onPress: () => void accept() }}
    />
  );
}

type Wish = "light_on" | "light_off" | "zoom" | "camera";

function wordsOf({ command, why }: CommandPrompt): {
  icon: LucideIcon;
  wish: Wish;
  action: "camera" | "done" | "go_on";
} {
  const action = why === "camera_off" ? "camera" : why === "by_hand" ? "done" : "go_on";
  if (command.command === "torch") return { icon: Flashlight, wish: command.on ? "light_on" : "light_off", action };
  if (command.command === "zoom") return { icon: ScanSearch, wish: "zoom", action };
  return { icon: Camera, wish: "camera", action };
}

function byHand({ command }: CommandPrompt): "light_by_hand" | "zoom_by_hand" {
  return command.command === "zoom" ? "zoom_by_hand" : "light_by_hand";
}
