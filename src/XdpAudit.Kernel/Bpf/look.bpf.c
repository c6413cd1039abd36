// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * Six iterators (Documentation/bpf/bpf_iterators.rst). Each writes fixed records, one per object but for the elements of maps; the records
 * are mirrored in C# (ProgramRecord.cs, LinkRecord.cs, MapRecord.cs, ElementRecord.cs, TaskRecord.cs, FileRecord.cs), every member on its
 * natural boundary and every record a multiple of 8 bytes, so that both sides agree without packing. Nothing is attached anywhere: they run
 * only while they are read.
 */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>

char _license[] SEC("license") = "GPL";

struct program_record {
	__u64 load_time;
	__s64 references;
	__u32 id;
	__u32 type;
	__u32 uid;
	__u32 instructions;
	__u32 jited_bytes;
	__u32 pages;
	__u32 btf_id;
	__u32 verified_insns;
	__u32 used_maps;
	__u32 functions;
	__u32 extends;
	__u8 gpl_compatible;
	__u8 jited;
	__u8 device_bound; /* 0 no, 1 yes, 2 this kernel does not know the term */
	__u8 has_verified_insns;
	__u8 tag[8];
	char name[16];
};

SEC("iter/bpf_prog")
int xa_iter_program(struct bpf_iter__bpf_prog *ctx)
{
	struct bpf_prog *prog = ctx->prog;
	struct program_record r;

	if (!prog)
		return 0;
	__builtin_memset(&r, 0, sizeof(r));
	struct bpf_prog_aux *aux = prog->aux;
	r.load_time = aux->load_time;
	r.references = aux->refcnt.counter;
	r.id = aux->id;
	r.type = prog->type;
	r.uid = BPF_CORE_READ(aux, user, uid.val);
	r.instructions = prog->len;
	r.jited_bytes = prog->jited_len;
	r.pages = prog->pages;
	r.btf_id = BPF_CORE_READ(aux, btf, id);
	r.used_maps = aux->used_map_cnt;
	r.functions = aux->func_cnt;
	r.extends = BPF_CORE_READ(aux, dst_prog, aux, id);
	r.gpl_compatible = BPF_CORE_READ_BITFIELD(prog, gpl_compatible);
	r.jited = BPF_CORE_READ_BITFIELD(prog, jited);
	r.device_bound = 2;
	if (bpf_core_field_exists(aux->dev_bound))
		r.device_bound = aux->dev_bound;
	if (bpf_core_field_exists(aux->verified_insns)) {
		r.has_verified_insns = 1;
		r.verified_insns = aux->verified_insns;
	}
	__builtin_memcpy(r.tag, prog->tag, sizeof(r.tag));
	bpf_core_read(&r.name, sizeof(r.name), &aux->name);
	bpf_seq_write(ctx->meta->seq, &r, sizeof(r));
	return 0;
}

struct link_record {
	__s64 references;
	__u64 netns_cookie;
	__u32 netns_inode;
	__u32 id;
	__u32 type;
	__u32 program_id;
	__u32 ifindex;
	__u32 flags;
	__u32 target_program_id;
	__u32 unused;
	char device[16];
};

SEC("iter/bpf_link")
int xa_iter_link(struct bpf_iter__bpf_link *ctx)
{
	struct bpf_link *link = ctx->link;
	struct link_record r;

	if (!link)
		return 0;
	__builtin_memset(&r, 0, sizeof(r));
	r.references = link->refcnt.counter;
	r.id = link->id;
	r.type = link->type;
	r.program_id = BPF_CORE_READ(link, prog, aux, id);
	if (r.type == BPF_LINK_TYPE_XDP) {
		struct bpf_xdp_link *xdp = container_of(link, struct bpf_xdp_link, link);
		struct net_device *dev = BPF_CORE_READ(xdp, dev);

		r.flags = BPF_CORE_READ(xdp, flags);
		/* No device: the link is defunct. It is read without rtnl_lock, so a device that goes just now may still be told. */
		if (dev) {
			struct net *net = BPF_CORE_READ(dev, nd_net.net);

			r.ifindex = BPF_CORE_READ(dev, ifindex);
			r.netns_inode = BPF_CORE_READ(net, ns.inum);
			if (bpf_core_field_exists(net->net_cookie))
				r.netns_cookie = BPF_CORE_READ(net, net_cookie);
			bpf_core_read(&r.device, sizeof(r.device), &dev->name);
		}
	} else if (r.type == BPF_LINK_TYPE_TRACING) {
		struct bpf_tracing_link *tracing = container_of(link, struct bpf_tracing_link, link.link);

		r.target_program_id = BPF_CORE_READ(tracing, tgt_prog, aux, id);
	}
	bpf_seq_write(ctx->meta->seq, &r, sizeof(r));
	return 0;
}

struct map_record {
	__u64 cookie;
	__s64 user_references;
	__u64 memory; /* 0 where only a descriptor tells */
	__u32 id;
	__u32 type;
	__u32 key_bytes;
	__u32 value_bytes;
	__u32 max_entries;
	__u32 flags;
	__u32 btf_id;
	__u8 frozen;
	__u8 has_special_fields;
	__u8 unused[2];
	char name[16];
};

/*
 * When the last user reference of a map goes (bpf_map_ops.map_release_uref), the kernel cancels what the special fields of its elements have
 * started, timers among them. To open such a map without user references is not just to look at it.
 */
static __always_inline int has_special_fields(struct bpf_map *map)
{
	struct bpf_map___before_6_2 *older = (void *)map;

	if (bpf_core_field_exists(map->record)) {
		unsigned long record = (unsigned long)BPF_CORE_READ(map, record);

		/* An error pointer stands for values that are no structures. */
		return record != 0 && record < (unsigned long)-4095;
	}
	if (bpf_core_field_exists(older->timer_off))
		return BPF_CORE_READ(older, timer_off) >= 0;
	return 0;
}

/*
 * What array_map_mem_usage (kernel/bpf/arraymap.c, Linux 6.4) gives for a prog_array. Asking fdinfo for it takes a descriptor, and closing
 * that may do the map harm (MapRecord.MayOpen).
 */
static __always_inline __u64 memory_of_prog_array(struct bpf_map *map)
{
	struct bpf_array *array = container_of(map, struct bpf_array, map);

	if (map->map_type != BPF_MAP_TYPE_PROG_ARRAY || !bpf_core_field_exists(map->ops->map_mem_usage) || !bpf_core_field_exists(array->elem_size))
		return 0;
	return bpf_core_type_size(struct bpf_array) + (__u64)map->max_entries * BPF_CORE_READ(array, elem_size);
}

SEC("iter/bpf_map")
int xa_iter_map(struct bpf_iter__bpf_map *ctx)
{
	struct bpf_map *map = ctx->map;
	struct map_record r;

	if (!map)
		return 0;
	__builtin_memset(&r, 0, sizeof(r));
	if (bpf_core_field_exists(map->cookie))
		r.cookie = map->cookie;
	r.user_references = map->usercnt.counter;
	r.id = map->id;
	r.type = map->map_type;
	r.key_bytes = map->key_size;
	r.value_bytes = map->value_size;
	r.max_entries = map->max_entries;
	r.flags = map->map_flags;
	r.btf_id = BPF_CORE_READ(map, btf, id);
	r.frozen = map->frozen;
	r.has_special_fields = has_special_fields(map);
	r.memory = memory_of_prog_array(map);
	bpf_core_read(&r.name, sizeof(r.name), &map->name);
	bpf_seq_write(ctx->meta->seq, &r, sizeof(r));
	return 0;
}

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

struct task_record {
	__u64 netns_cookie;
	__u32 netns_inode;
	__u32 mount_inode;
	__s32 tgid;
	__s32 tid;
};

/* Every process once, and every thread that went into namespaces of its own. */
SEC("iter/task")
int xa_iter_task(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct task_record r;

	if (!task)
		return 0;
	struct nsproxy *namespaces = task->nsproxy;
	/* A zombie has none. */
	if (!namespaces)
		return 0;
	if (task->pid != task->tgid && BPF_CORE_READ(task, group_leader, nsproxy) == namespaces)
		return 0;
	__builtin_memset(&r, 0, sizeof(r));
	struct net *net = BPF_CORE_READ(namespaces, net_ns);
	if (bpf_core_field_exists(net->net_cookie))
		r.netns_cookie = BPF_CORE_READ(net, net_cookie);
	r.netns_inode = BPF_CORE_READ(net, ns.inum);
	r.mount_inode = BPF_CORE_READ(namespaces, mnt_ns, ns.inum);
	r.tgid = task->tgid;
	r.tid = task->pid;
	bpf_seq_write(ctx->meta->seq, &r, sizeof(r));
	return 0;
}

enum file_kind {
	FILE_PROGRAM = 1,
	FILE_LINK = 2,
	FILE_MAP = 3,
	FILE_NETNS = 4,	 /* a descriptor of a network namespace */
	FILE_SOCKET = 5, /* a socket in another network namespace than its process */
	FILE_BPFFS = 6,	 /* a file or directory on a bpffs */
};

struct file_record {
	__u64 netns_cookie;
	__u32 netns_inode;
	__u32 kind;
	__s32 tgid;
	__s32 tid;
	__u32 fd;
	__u32 id;     /* program, link, map */
	__u32 device; /* bpffs: the kernel's dev_t */
	__u32 is_directory;
};

/* include/uapi/linux/magic.h, sched.h, stat.h */
#define ANON_INODE_FS_MAGIC 0x09041934
#define NSFS_MAGIC 0x6e736673
#define SOCKFS_MAGIC 0x534F434B
#define BPF_FS_MAGIC 0xcafe4a11
#define CLONE_NEWNET 0x40000000
#define S_IFMT 0170000
#define S_IFDIR 0040000

static __always_inline void tell_net(struct file_record *r, struct net *net)
{
	r->netns_inode = BPF_CORE_READ(net, ns.inum);
	if (bpf_core_field_exists(net->net_cookie))
		r->netns_cookie = BPF_CORE_READ(net, net_cookie);
}

static __always_inline void tell_bpf_object(struct file_record *r, struct file *file)
{
	char name[8] = {};
	void *object = file->private_data;

	bpf_probe_read_kernel(name, sizeof(name), BPF_CORE_READ(file, f_path.dentry, d_name.name));
	/* "bpf-prog", "bpf-map", and both "bpf_link" (BPF_LINK_CREATE) and "bpf-link" (BPF_OBJ_GET, BPF_LINK_GET_FD_BY_ID). */
	if (name[0] != 'b' || name[1] != 'p' || name[2] != 'f' || (name[3] != '-' && name[3] != '_'))
		return;
	if (name[4] == 'p' && name[5] == 'r' && name[6] == 'o') {
		r->kind = FILE_PROGRAM;
		r->id = BPF_CORE_READ((struct bpf_prog *)object, aux, id);
	} else if (name[4] == 'l' && name[5] == 'i' && name[6] == 'n') {
		r->kind = FILE_LINK;
		r->id = BPF_CORE_READ((struct bpf_link *)object, id);
	} else if (name[4] == 'm' && name[5] == 'a' && name[6] == 'p') {
		r->kind = FILE_MAP;
		r->id = BPF_CORE_READ((struct bpf_map *)object, id);
	}
}

static __always_inline void tell_namespace(struct file_record *r, struct inode *inode)
{
	struct ns_common *ns = BPF_CORE_READ(inode, i_private);
	__u32 type = 0;

	if (bpf_core_field_exists(ns->ns_type)) {
		type = BPF_CORE_READ(ns, ns_type);
	} else {
		struct proc_ns_operations___before_6_18 *ops = (void *)BPF_CORE_READ(ns, ops);

		type = BPF_CORE_READ(ops, type);
	}
	if (type != CLONE_NEWNET)
		return;
	r->kind = FILE_NETNS;
	tell_net(r, container_of(ns, struct net, ns));
}

/* The kernel leaves out the threads that share the descriptors of their process, and shows those with a table of their own. */
SEC("iter/task_file")
int xa_iter_file(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct file_record r;

	if (!task || !file)
		return 0;
	struct inode *inode = file->f_inode;
	unsigned long magic = BPF_CORE_READ(inode, i_sb, s_magic);
	__builtin_memset(&r, 0, sizeof(r));
	if (magic == ANON_INODE_FS_MAGIC) {
		tell_bpf_object(&r, file);
	} else if (magic == NSFS_MAGIC) {
		tell_namespace(&r, inode);
	} else if (magic == SOCKFS_MAGIC) {
		struct net *net = BPF_CORE_READ((struct socket *)file->private_data, sk, __sk_common.skc_net.net);

		if (net && net != BPF_CORE_READ(task, nsproxy, net_ns)) {
			r.kind = FILE_SOCKET;
			tell_net(&r, net);
		}
	} else if (magic == BPF_FS_MAGIC) {
		r.kind = FILE_BPFFS;
		r.device = BPF_CORE_READ(inode, i_sb, s_dev);
		r.is_directory = (BPF_CORE_READ(inode, i_mode) & S_IFMT) == S_IFDIR;
	}
	if (!r.kind)
		return 0;
	r.tgid = task->tgid;
	r.tid = task->pid;
	r.fd = ctx->fd;
	bpf_seq_write(ctx->meta->seq, &r, sizeof(r));
	return 0;
}
