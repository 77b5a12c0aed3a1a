import { ToastArea } from "@nexbasira/ui/toast.tsx";
import { TooltipProvider } from "@nexbasira/ui/tooltip.tsx";
import { QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { BrowserRouter, Navigate, Route, Routes } from "react-router";
import { AdminFrame } from "./admin/admin-frame.tsx";
import { ApiKeysPage } from "./admin/api-keys/api-keys-page.tsx";
import { AuditPage } from "./admin/audit/audit-page.tsx";
import { BrandingPage } from "./admin/branding/branding-page.tsx";
import { OrganizationPage } from "./admin/organization/organization-page.tsx";
import { RetentionPage } from "./admin/retention/retention-page.tsx";
import { EndpointPage } from "./admin/webhooks/endpoint-page.tsx";
import { WebhooksPage } from "./admin/webhooks/webhooks-page.tsx";
import { makeQueryClient } from "./api/query-client.ts";
import { CheckPage } from "./check/check-page.tsx";
import { ConsoleFrame } from "./frame/console-frame.tsx";
import { NotFoundPage } from "./frame/not-found-page.tsx";
import { MemberOnly } from "./identity/member-only.tsx";
import { SignInPage } from "./identity/sign-in-page.tsx";
import { LandingPage } from "./landing/landing-page.tsx";
import { OutboxRoute } from "./outbox/outbox-route.tsx";
import { SessionPage } from "./session/session-page.tsx";
import { SessionsPage } from "./sessions/sessions-page.tsx";
import { VerifyPage } from "./verify/verify-page.tsx";

/** The console at `/console`, the outbox of development mode at `/outbox`, and the page of a running server at `/`. */
export function App() {
  const [queryClient] = useState(makeQueryClient);
  return (
    <QueryClientProvider client={queryClient}>
      <TooltipProvider>
        <BrowserRouter>
          <Routes>
            <Route path="/" element={<LandingPage />} />
            <Route path="/verify" element={<VerifyPage />} />
            <Route path="/outbox" element={<OutboxRoute />} />
            <Route path="/console/sign-in" element={<SignInPage />} />
            <Route
              path="/console"
              element={
                <MemberOnly>
                  <ConsoleFrame />
                </MemberOnly>
              }
            >
              <Route index element={<Navigate to="sessions" replace />} />
              <Route path="check" element={<CheckPage />} />
              <Route path="sessions" element={<SessionsPage />} />
              <Route path="sessions/:id" element={<SessionPage />} />
              <Route path="admin" element={<AdminFrame />}>
                <Route index element={<Navigate to="api-keys" replace />} />
                <Route path="api-keys" element={<ApiKeysPage />} />
                <Route path="webhooks" element={<WebhooksPage />} />
                <Route path="webhooks/:id" element={<EndpointPage />} />
                <Route path="branding" element={<BrandingPage />} />
                <Route path="organization" element={<OrganizationPage />} />
                <Route path="retention" element={<RetentionPage />} />
                <Route path="audit" element={<AuditPage />} />
              </Route>
            </Route>
            <Route path="*" element={<NotFoundPage />} />
          </Routes>
        </BrowserRouter>
        <ToastArea />
      </TooltipProvider>
    </QueryClientProvider>
  );
}
