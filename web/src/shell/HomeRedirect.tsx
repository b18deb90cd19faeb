import { Navigate } from "react-router";
import { home, useMe } from "../lib/session";

export function HomeRedirect() {
  return <Navigate to={home(useMe().role)} replace />;
}
