interface Category {
  id: string;
  name: string;
  parent_id: string | null;
  position: number;
}

/** The whole path of each category by its id, in the order of the tree. */
export function pathsOf(categories: Category[]): Map<string, string> {
  const paths = new Map<string, string>();
  const below = (parent: string | null, before: string) => {
    const here = categories.filter(({ parent_id }) => parent_id === parent);
    for (const one of here.sort((a, b) => a.position - b.position || a.name.localeCompare(b.name))) {
      if (paths.has(one.id)) continue; // a loop would never end
      const path = before ? `${before} / ${one.name}` : one.name;
      paths.set(one.id, path);
      below(one.id, path);
    }
  };
  below(null, "");
  return paths;
}
