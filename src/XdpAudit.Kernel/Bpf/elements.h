// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/* Part of look.bpf.c: what the elements of maps keep. */

/*
 * The programs that elements of maps keep, as a stream: { map id, 0 }, then { key, program id } for each, then { enum elements_end, ~0 }.
 * No program has the id 0 or ~0. Read here because asking for an element takes a descriptor of the map, and with it a user reference, whose
 * end changes a prog_array. All is freed after a grace period and an iterator runs inside rcu_read_lock, so what a pointer leads to is there.
 */
struct element_record {
	__u32 key;
	__u32 program;
};

enum elements_end {
	ELEMENTS_ALL,
	ELEMENTS_TOO_MANY_SLOTS, /* there are more slots than we visit */
	ELEMENTS_TOO_MANY,	 /* there are more programs than one visit can write */
	ELEMENTS_UNKNOWN,	 /* this kernel keeps such a map in a way we do not know */
};

#define ELEMENTS_MOST_SLOTS 65536 /* MapElements.MostSlots */
#define SLOTS_AT_ONCE 16

struct element_walk {
	struct seq_file *seq;
	unsigned long written; /* bytes in the buffer when this map began */
	void *table;	       /* of pointers: to programs, to entries with programs, or to the first entry of a bucket */
	void *entry;	       /* of a bucket, the next one */
	__u32 type;
	__u32 slots;
	__u32 end;
	__u32 stopped;
	__u32 first; /* the slot that batch begins with */
	__u32 unused;
	void *batch[SLOTS_AT_ONCE];
};

/* 1 to stop. The buffer is the kernel's, 32 KiB; what one map writes has to fit, or the kernel ends the whole list (E2BIG). */
static __always_inline long tell_element(struct element_walk *w, __u32 key, struct bpf_prog *prog)
{
	struct element_record r = { .key = key };
	struct seq_file *seq = w->seq;

	if (!prog)
		return 0;
	r.program = BPF_CORE_READ(prog, aux, id);
	/* It is being freed. */
	if (!r.program)
		return 0;
	if (BPF_CORE_READ(seq, count) - w->written + 2 * sizeof(r) >= BPF_CORE_READ(seq, size)) {
		w->end = ELEMENTS_TOO_MANY;
		w->stopped = 1;
	} else if (bpf_seq_write(seq, &r, sizeof(r))) {
		/* Full of other maps: the kernel throws away what this visit wrote, and comes again with an empty buffer. */
		w->stopped = 1;
	}
	return w->stopped != 0;
}

static __always_inline struct bpf_prog *program_of_device(struct bpf_dtab_netdev *entry)
{
	return bpf_core_field_exists(entry->xdp_prog) ? BPF_CORE_READ(entry, xdp_prog) : 0;
}

static __always_inline struct bpf_prog *program_of_cpu(struct bpf_cpu_map_entry *entry)
{
	return bpf_core_field_exists(entry->prog) ? BPF_CORE_READ(entry, prog) : 0;
}

static long walk_bucket(__u32 n, struct element_walk *w)
{
	if (!w->entry || !bpf_core_field_exists(struct bpf_dtab_netdev, index_hlist))
		return 1;
	struct bpf_dtab_netdev *entry = container_of((struct hlist_node *)w->entry, struct bpf_dtab_netdev, index_hlist);

	w->entry = BPF_CORE_READ(entry, index_hlist.next);
	return tell_element(w, BPF_CORE_READ(entry, idx), program_of_device(entry));
}

static long walk_batch(__u32 n, struct element_walk *w)
{
	if (n >= SLOTS_AT_ONCE)
		return 1;
	void *slot = w->batch[n];
	__u32 key = w->first + n;

	if (!slot)
		return 0;
	if (w->type == BPF_MAP_TYPE_PROG_ARRAY)
		return tell_element(w, key, slot);
	if (w->type == BPF_MAP_TYPE_DEVMAP)
		return tell_element(w, key, program_of_device(slot));
	if (w->type == BPF_MAP_TYPE_CPUMAP)
		return tell_element(w, key, program_of_cpu(slot));
	w->entry = slot;
	bpf_loop(ELEMENTS_MOST_SLOTS, walk_bucket, w, 0);
	return w->stopped != 0;
}

/* Most slots are empty: to read and to test many at once is what makes a large map cheap. Callbacks, so that the verifier sees each once. */
static long walk_slots(__u32 n, struct element_walk *w)
{
	__u64 first = (__u64)n * SLOTS_AT_ONCE, count = w->slots;
	void *any = 0;

	if (first >= count)
		return 1;
	count -= first;
	/* The verifier has to see the bound on the very register that the helper gets. */
	barrier_var(count);
	if (count > SLOTS_AT_ONCE)
		count = SLOTS_AT_ONCE;
	__builtin_memset(w->batch, 0, sizeof(w->batch));
	if (bpf_probe_read_kernel(w->batch, count * sizeof(w->batch[0]), (void **)w->table + first)) {
		w->end = ELEMENTS_UNKNOWN;
		return 1;
	}
	for (int i = 0; i < SLOTS_AT_ONCE; i++)
		any = (void *)((unsigned long)any | (unsigned long)w->batch[i]);
	if (!any)
		return 0;
	w->first = first;
	bpf_loop(SLOTS_AT_ONCE, walk_batch, w, 0);
	return w->stopped != 0;
}

/* The address of the table and how many pointers it has; 0 where the kernel has no such members. */
static __always_inline int find_table(struct bpf_map *map, struct element_walk *w)
{
	struct bpf_array *array = container_of(map, struct bpf_array, map);
	struct bpf_dtab *dtab = container_of(map, struct bpf_dtab, map);
	struct bpf_cpu_map *cpus = container_of(map, struct bpf_cpu_map, map);

	w->type = map->map_type;
	w->slots = map->max_entries;
	if (w->type == BPF_MAP_TYPE_PROG_ARRAY) {
		if (!bpf_core_field_exists(array->ptrs))
			return 0;
		w->table = (void *)&array->ptrs;
	} else if (w->type == BPF_MAP_TYPE_DEVMAP) {
		if (!bpf_core_field_exists(dtab->netdev_map) || !bpf_core_field_exists(struct bpf_dtab_netdev, xdp_prog))
			return 0;
		w->table = BPF_CORE_READ(dtab, netdev_map);
	} else if (w->type == BPF_MAP_TYPE_DEVMAP_HASH) {
		if (!bpf_core_field_exists(dtab->dev_index_head) || !bpf_core_field_exists(struct bpf_dtab_netdev, index_hlist) ||
		    !bpf_core_field_exists(struct bpf_dtab_netdev, xdp_prog))
			return 0;
		w->table = BPF_CORE_READ(dtab, dev_index_head);
		w->slots = BPF_CORE_READ(dtab, n_buckets);
	} else {
		if (!bpf_core_field_exists(cpus->cpu_map) || !bpf_core_field_exists(struct bpf_cpu_map_entry, prog))
			return 0;
		w->table = BPF_CORE_READ(cpus, cpu_map);
	}
	return w->table != 0;
}

SEC("iter/bpf_map")
int xa_iter_element(struct bpf_iter__bpf_map *ctx)
{
	struct bpf_map *map = ctx->map;
	struct element_walk w = {};
	struct element_record r = {};

	if (!map)
		return 0;
	/* A devmap or cpumap with values of 4 bytes keeps no programs; struct bpf_devmap_val and bpf_cpumap_val have 8. */
	if (map->map_type != BPF_MAP_TYPE_PROG_ARRAY &&
	    ((map->map_type != BPF_MAP_TYPE_DEVMAP && map->map_type != BPF_MAP_TYPE_DEVMAP_HASH && map->map_type != BPF_MAP_TYPE_CPUMAP) ||
	     map->value_size < 8))
		return 0;
	struct seq_file *seq = ctx->meta->seq;
	w.seq = seq;
	w.written = BPF_CORE_READ(seq, count);
	r.key = map->id;
	bpf_seq_write(seq, &r, sizeof(r));
	if (!find_table(map, &w)) {
		w.end = ELEMENTS_UNKNOWN;
	} else {
		if (w.slots > ELEMENTS_MOST_SLOTS) {
			w.slots = ELEMENTS_MOST_SLOTS;
			w.end = ELEMENTS_TOO_MANY_SLOTS;
		}
		bpf_loop(ELEMENTS_MOST_SLOTS / SLOTS_AT_ONCE, walk_slots, &w, 0);
	}
	r.key = w.end;
	r.program = ~0;
	bpf_seq_write(seq, &r, sizeof(r));
	return 0;
}
