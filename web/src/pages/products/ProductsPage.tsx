import { Form, Input, InputNumber, Tabs, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import type { ProductCategoryOut, ProductOut } from "../../api";
import { useRows } from "../../lib/resource";
import { yuan } from "../../lib/service";
import type { Bookkeeping } from "../../lib/types";
import { ClearSelect } from "../../ui/ClearSelect";
import { Dash, NameField, NumberField, nameColumn, Side, SwitchField } from "../../ui/fields";
import { ResourcePage } from "../../ui/ResourcePage";
import { pathsOf } from "./tree";

type ProductForm = Omit<ProductOut, Bookkeeping>;
type CategoryForm = Omit<ProductCategoryOut, Bookkeeping>;

/** What is sold, and the tree of its categories. */
export default function ProductsPage() {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const tab = address.get("tab") === "categories" ? "categories" : "products";
  return (
    <Tabs
      activeKey={tab}
      destroyOnHidden
      onChange={(key) => setAddress(key === "categories" ? { tab: key } : {}, { replace: true })}
      tabBarStyle={{ margin: "8px 24px 0" }}
      items={[
        { key: "products", label: t("products.title"), children: <Products /> },
        { key: "categories", label: t("categories.title"), children: <Categories /> },
      ]}
    />
  );
}

function Products() {
  const { t } = useTranslation();
  const { data: categories = [] } = useRows<ProductCategoryOut>("product-categories");
  const paths = pathsOf(categories);
  return (
    <ResourcePage<ProductOut, ProductForm>
      kind="products"
      texts="products"
      blank={() => ({ code: "", name: "", category_id: null, unit: "", price: 0, active: true, memo: "" })}
      words={({ name, code, category_id }) => [name, code, paths.get(category_id ?? "")]}
      columns={[
        { title: t("products.code"), dataIndex: "code", className: "number" },
        nameColumn(t("products.name")),
        { title: t("products.category"), render: (_, row) => paths.get(row.category_id ?? "") ?? <Dash /> },
        { title: t("products.unit"), dataIndex: "unit" },
        {
          title: t("products.price"),
          align: "right",
          className: "number",
          sorter: (a, b) => a.price - b.price,
          render: (_, row) => yuan(row.price),
        },
        {
          title: t("products.state"),
          render: (_, row) =>
            row.active ? <Tag color="green">{t("products.active")}</Tag> : <Tag>{t("products.inactive")}</Tag>,
        },
      ]}
      fields={() => (
        <>
          <Side>
            <Form.Item name="code" label={t("products.code")} rules={[{ required: true }]}>
              <Input maxLength={40} />
            </Form.Item>
            <Form.Item name="unit" label={t("products.unit")}>
              <Input maxLength={20} placeholder={t("products.unit_hint")} />
            </Form.Item>
          </Side>
          <NameField label={t("products.name")} />
          <Side>
            <Form.Item name="category_id" label={t("products.category")}>
              <ClearSelect options={[...paths].map(([value, label]) => ({ value, label }))} />
            </Form.Item>
            <PriceField label={t("products.price")} />
          </Side>
          <SwitchField name="active" label={t("products.active")} help={t("products.active_help")} />
          <Form.Item name="memo" label={t("service.memo")}>
            <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={2000} />
          </Form.Item>
        </>
      )}
    />
  );
}

/** Yuan in the form, fen in the row. */
function PriceField({ label }: { label: string }) {
  return (
    <Form.Item
      name="price"
      label={label}
      rules={[{ required: true }]}
      getValueProps={(fen: number | null) => ({ value: fen === null ? null : fen / 100 })}
      normalize={(given: number | null) => (given === null ? null : Math.round(given * 100))}
    >
      <InputNumber min={0} precision={2} prefix="¥" style={{ width: "100%" }} />
    </Form.Item>
  );
}

function Categories() {
  const { t } = useTranslation();
  const { data: all = [] } = useRows<ProductCategoryOut>("product-categories");
  const paths = pathsOf(all);
  return (
    <ResourcePage<ProductCategoryOut, CategoryForm>
      kind="product-categories"
      texts="categories"
      blank={() => ({ name: "", parent_id: null, position: 0 })}
      words={({ id, name }) => [name, paths.get(id)]}
      columns={[
        nameColumn(t("products.name")),
        { title: t("categories.path"), render: (_, row) => paths.get(row.id) },
        { title: t("categories.position"), align: "right", dataIndex: "position" },
      ]}
      fields={(row) => (
        <>
          <NameField label={t("products.name")} />
          <Form.Item name="parent_id" label={t("categories.parent")}>
            <ClearSelect
              placeholder={t("categories.top")}
              options={[...paths].filter(([id]) => id !== row?.id).map(([value, label]) => ({ value, label }))}
            />
          </Form.Item>
          <NumberField name="position" label={t("categories.position")} />
        </>
      )}
    />
  );
}
