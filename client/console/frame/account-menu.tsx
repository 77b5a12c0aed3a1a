import { Avatar } from "@nexbasira/ui/avatar.tsx";
import { Button, buttonClass } from "@nexbasira/ui/button.tsx";
import { chooseLanguage, LANGUAGE_NAMES, LANGUAGES, supportedLanguage } from "@nexbasira/ui/i18n.ts";
import { NativeSelect } from "@nexbasira/ui/native-select.tsx";
import { chooseTheme, storedTheme, THEMES } from "@nexbasira/ui/theme.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { LogOut } from "lucide-react";
import * as Popover from "radix-ui/popover";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { signOut } from "../api/identity.ts";
import { queryKeys } from "../api/keys.ts";
import { useMember } from "../identity/member-context.ts";

/** Who is signed in, the page's language and appearance, and the way out. */
export function AccountMenu() {
  const { t } = useTranslation("console");
  const { t: common } = useTranslation("common");
  const me = useMember();
  return (
    <Popover.Root>
      <Popover.Trigger
        aria-label={t("frame.account", { name: me.user.name })}
        className="inline-flex size-11 items-center justify-center rounded-full hover:bg-hover data-[state=open]:bg-hover"
      >
        <Avatar name={me.user.name} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          side="right"
          align="end"
          sideOffset={8}
          collisionPadding={8}
          className="z-50 flex w-72 animate-appear flex-col gap-4 rounded-surface bg-raised p-4 shadow-float outline-none"
        >
          <div className="flex items-center gap-3">
            <Avatar name={me.user.name} />
            <div className="min-w-0 text-sm">
              <p className="truncate font-semibold">{me.user.name}</p>
              <p className="truncate text-muted">{me.user.email}</p>
            </div>
          </div>
          <p className="text-sm text-muted">
            {t("frame.member", { organization: me.organization.name, role: t(`member_roles.${me.role}`) })}
          </p>
          <Popover.Close asChild>
            <Link to="/console/check" className={buttonClass("secondary", "medium", true)} data-testid="check-link">
              {common("check.open")}
            </Link>
          </Popover.Close>
          <Preferences />
          <SignOut />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Preferences() {
  const { t, i18n } = useTranslation("common");
  const [theme, setTheme] = useState(storedTheme);
  return (
    <div className="flex flex-col gap-3 border-t border-line pt-4">
      <NativeSelect
        label={t("language")}
        value={supportedLanguage(i18n.resolvedLanguage) ?? "en"}
        options={LANGUAGES.map((language) => ({ value: language, label: LANGUAGE_NAMES[language] }))}
        onChange={(language) => void chooseLanguage(i18n, language)}
      />
      <NativeSelect
        label={t("theme.label")}
        value={theme}
        options={THEMES.map((name) => ({ value: name, label: t(`theme.${name}`) }))}
        onChange={(name) => {
          chooseTheme(name);
          setTheme(name);
        }}
      />
    </div>
  );
}

function SignOut() {
  const { t } = useTranslation(["console", "common"]);
  const queryClient = useQueryClient();
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      queryClient.setQueryData(queryKeys.me, null);
      queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== queryKeys.me[0] });
    },
  });
  return (
    <div className="flex flex-col gap-2 border-t border-line pt-4">
      <Button icon={LogOut} busy={leave.isPending} onClick={() => leave.mutate()}>
        {t("frame.sign_out")}
      </Button>
      {leave.isError && (
        <p role="alert" className="text-sm text-danger-text">
          {t("frame.sign_out_failed")}
        </p>
      )}
    </div>
  );
}
