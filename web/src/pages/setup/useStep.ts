import { Form, type FormInstance } from "antd";
import { useState } from "react";
import { problemFrom } from "../../lib/problem";
import { useProblem } from "../../ui/ProblemNote";

/** A step's form: saves, and goes on only when that worked. */
export function useStep<T>(save: (values: T) => Promise<unknown>, onDone: () => void) {
  const [form] = Form.useForm<T>();
  const [busy, setBusy] = useState(false);
  const { problem, show, clear } = useProblem(form as FormInstance<T>);

  const submit = async (values: T) => {
    clear();
    setBusy(true);
    try {
      await save(values);
      onDone();
    } catch (error) {
      show(problemFrom(error, 0));
    } finally {
      setBusy(false);
    }
  };
  return { form, busy, problem, submit };
}
