// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/* Part of look.bpf.c: processes, and what their descriptors hold. */

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
