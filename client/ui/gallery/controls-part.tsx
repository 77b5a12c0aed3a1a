import { Camera, Download, Flashlight, MoreHorizontal, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Avatar } from "../avatar.tsx";
import { Badge } from "../badge.tsx";
import { Button, buttonClass } from "../button.tsx";
import { Card } from "../card.tsx";
import { CopyButton } from "../copy-button.tsx";
import { Dialog } from "../dialog.tsx";
import { IconButton } from "../icon-button.tsx";
import { SecretDialog } from "../secret-dialog.tsx";
import { Select } from "../select.tsx";
import { Sheet } from "../sheet.tsx";
import { SidePanel } from "../side-panel.tsx";
import { Switch } from "../switch.tsx";
import { Tabs } from "../tabs.tsx";
import { TextArea, TextField } from "../text-field.tsx";
import { showToast } from "../toast.tsx";
import { ToolButton } from "../tool-button.tsx";
import { VisuallyHidden } from "../visually-hidden.tsx";

export function ControlsPart() {
  const { t } = useTranslation();
  const [open, setOpen] = useState<"dialog" | "panel" | "sheet">();
  const [secret, setSecret] = useState<string>();
  const [on, setOn] = useState(true);
  const [channel, setChannel] = useState<"sms" | "email">("sms");
  const [tab, setTab] = useState<"timeline" | "map" | "people">("timeline");
  const close = () => setOpen(undefined);
  return (
    <div className="grid gap-4 md:grid-cols-2">
      <Card className="flex flex-col gap-4">
        <div className="flex flex-wrap items-center gap-2">
          <Button variant="primary" icon={Plus} onClick={() => setOpen("panel")}>
            {t("save")}
          </Button>
          <Button onClick={() => setOpen("dialog")}>{t("back")}</Button>
          <Button variant="quiet" onClick={() => setOpen("sheet")}>
            {t("cancel")}
          </Button>
          <Button
            variant="danger"
            icon={Trash2}
            onClick={() => setSecret("nbx_live_sk_51Nf8sKQm2vXa8dRjw0ZyT4LpB7cHe3")}
          >
            {t("board.clear_all")}
          </Button>
          <Button disabled>{t("save")}</Button>
          <Button busy>{t("loading")}</Button>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <Button size="small" icon={Download}>
            {t("copy")}
          </Button>
          <a className={buttonClass("secondary", "small")} href="#top">
            {t("back")}
          </a>
          <CopyButton text="text" size="small" />
          <ToolButton
            icon={Flashlight}
            label={t("board.freehand")}
            shortcut="F"
            pressed={on}
            onClick={() => setOn(!on)}
          />
          <ToolButton icon={MoreHorizontal} label={t("board.tools")} />
          <IconButton icon={Trash2} label={t("board.clear_own")} variant="danger" />
          <IconButton icon={Camera} label={t("board.clear_own")} variant="secondary" />
        </div>
        <Button
          variant="primary"
          size="large"
          block
          icon={Camera}
          onClick={() => showToast({ kind: "success", text: t("copied") })}
        >
          {t("retry")}
        </Button>
        <Button
          size="touch"
          block
          onClick={() =>
            showToast({
              kind: "danger",
              text: t("failed.network"),
              action: { label: t("retry"), run: () => undefined },
            })
          }
        >
          {t("failed.network")}
        </Button>
        <div className="flex items-center gap-3">
          <Avatar name="Marie Lefèvre" size="large" />
          <Avatar name="Žofie Šťastná" />
          <Avatar name="Jörg" size="small" named />
          <Badge>12</Badge>
          <VisuallyHidden>hidden</VisuallyHidden>
        </div>
        <Tabs
          label={t("board.tools")}
          value={tab}
          onChange={setTab}
          tabs={[
            { value: "timeline", label: "Timeline", count: 12, content: <p className="p-3 text-sm">12:03</p> },
            { value: "map", label: t("map.label"), content: <p className="p-3 text-sm">49.19522</p> },
            { value: "people", label: "People", count: 2, content: <p className="p-3 text-sm">Marie</p> },
          ]}
        />
      </Card>
      <Card className="flex flex-col gap-4">
        <TextField
          label={t("board.length")}
          hint={t("failed.network_advice")}
          placeholder="+420 601 234 567"
          aside={t("optional")}
        />
        <TextField label={t("language")} defaultValue="not a number" error={t("failed.answer")} />
        <TextField label={t("board.unit")} touch defaultValue="Žluťoučký kůň" />
        <TextArea label={t("board.text")} />
        <Select
          label="Channel"
          value={channel}
          onChange={setChannel}
          options={[
            { value: "sms", label: "SMS" },
            { value: "email", label: "E-mail" },
          ]}
        />
        <Switch label={t("secret.kept")} description={t("secret.once")} checked={on} onChange={setOn} />
        <Switch label={t("secret.kept")} checked={!on} onChange={() => setOn(!on)} touch />
        <Switch label={t("secret.kept")} checked={false} onChange={setOn} disabled />
      </Card>
      <Dialog
        open={open === "dialog"}
        onOpenChange={close}
        title={t("board.clear_all")}
        description={t("failed.unexpected_advice")}
        footer={
          <>
            <Button onClick={close}>{t("cancel")}</Button>
            <Button variant="danger" onClick={close}>
              {t("board.clear_all")}
            </Button>
          </>
        }
      />
      <SidePanel
        open={open === "panel"}
        onOpenChange={close}
        title={t("board.tools")}
        description={t("failed.network_advice")}
        footer={
          <>
            <Button onClick={close}>{t("cancel")}</Button>
            <Button variant="primary">{t("save")}</Button>
          </>
        }
      >
        <TextField label={t("board.length")} />
        <TextField label={t("board.unit")} />
      </SidePanel>
      <Sheet open={open === "sheet"} onClose={close} title={t("board.tools")}>
        <Button size="touch" block>
          {t("board.text")}
        </Button>
        <Button size="touch" block variant="danger">
          {t("board.clear_all")}
        </Button>
      </Sheet>
      <SecretDialog
        secret={secret}
        title={t("secret.copy")}
        description={t("secret.once")}
        onDone={() => setSecret(undefined)}
      />
    </div>
  );
}
