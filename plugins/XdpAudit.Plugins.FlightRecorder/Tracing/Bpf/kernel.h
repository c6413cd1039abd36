/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * The members of kernel structures that the tracing programs read, and no others. Order and padding do not matter: preserve_access_index
 * makes every access a CO-RE relocation, which libbpf resolves by name against the BTF of the running kernel.
 */
#ifndef XDPAUDIT_TRACING_KERNEL_H
#define XDPAUDIT_TRACING_KERNEL_H

typedef unsigned char __u8;
typedef signed short __s16;
typedef unsigned short __u16;
typedef signed int __s32;
typedef unsigned int __u32;
typedef signed long long __s64;
typedef unsigned long long __u64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;

/* include/uapi/linux/bpf.h */
enum bpf_map_type {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_RINGBUF = 27,
};
enum bpf_prog_type { BPF_PROG_TYPE_XDP = 6, BPF_PROG_TYPE_EXT = 28 };
enum bpf_link_type { BPF_LINK_TYPE_TRACING = 2, BPF_LINK_TYPE_XDP = 6 };
enum bpf_cmd {
	BPF_PROG_LOAD = 5,
	BPF_OBJ_PIN = 6,
	BPF_OBJ_GET = 7,
	BPF_PROG_GET_FD_BY_ID = 13,
	BPF_RAW_TRACEPOINT_OPEN = 17,
	BPF_LINK_CREATE = 28,
	BPF_LINK_UPDATE = 29,
	BPF_LINK_GET_FD_BY_ID = 30,
	BPF_LINK_DETACH = 34,
};
#define BPF_ANY 0

/* include/uapi/linux/magic.h, stat.h, include/linux/sched.h */
#define ANON_INODE_FS_MAGIC 0x09041934
#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define PF_KTHREAD 0x00200000

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	__s64 counter;
} atomic64_t;

typedef struct {
	__u32 val;
} kuid_t;

struct user_struct {
	kuid_t uid;
};

struct ns_common {
	unsigned int inum;
};

struct hlist_node {
	struct hlist_node *next;
};

struct hlist_head {
	struct hlist_node *first;
};

struct list_head {
	struct list_head *next;
};

struct net {
	struct ns_common ns;
	__u64 net_cookie; /* Linux 5.14 */
	struct list_head dev_base_head;
	struct hlist_head *dev_index_head;
};

typedef struct {
	struct net *net;
} possible_net_t;

/* One per mode, enum bpf_xdp_mode: XDP_MODE_SKB, XDP_MODE_DRV, XDP_MODE_HW. Linux 5.9. Either a link or a program is set, or neither. */
struct bpf_xdp_entity {
	struct bpf_prog *prog;
	struct bpf_xdp_link *link;
};

#define MODES 3

struct net_device {
	int ifindex;
	possible_net_t nd_net;
	struct list_head dev_list;
	struct hlist_node index_hlist;
	struct bpf_xdp_entity xdp_state[MODES];
	char name[16];
};

struct bpf_map {
	__u32 id;
};

struct bpf_prog_aux {
	__u32 used_map_cnt;
	struct bpf_map **used_maps;
	__u32 id;
	struct bpf_prog *dst_prog;
	struct user_struct *user;
	__u64 load_time;
	char name[16];
};

struct bpf_prog {
	__u16 pages;
	enum bpf_prog_type type;
	__u8 tag[8];
	struct bpf_prog_aux *aux;
};

struct bpf_link {
	__u32 id;
	enum bpf_link_type type;
	struct bpf_prog *prog;
};

struct bpf_xdp_link {
	struct bpf_link link;
	struct net_device *dev; /* NULL: the link is defunct */
};

struct bpf_tramp_link { /* Linux 5.19; before that bpf_tracing_link starts with a bpf_link */
	struct bpf_link link;
};

struct bpf_tracing_link {
	struct bpf_tramp_link link;
	struct bpf_prog *tgt_prog;
};

struct bpf_link_primer {
	struct bpf_link *link;
};

struct super_block {
	unsigned long s_magic;
};

struct inode {
	__u16 i_mode;
	struct super_block *i_sb;
	const struct inode_operations *i_op;
	void *i_private;
};

struct qstr {
	const unsigned char *name;
};

struct hlist_bl_node {
	struct hlist_bl_node **pprev;
};

struct dentry {
	struct hlist_bl_node d_hash;
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
};

struct vfsmount {
	struct dentry *mnt_root;
};

struct mount { /* fs/mount.h */
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

typedef struct {
	atomic64_t refcnt; /* references - 1 */
} file_ref_t;

struct file {
	struct path f_path;
	struct inode *f_inode;
	void *private_data;
	file_ref_t f_ref; /* Linux 6.13 */
};

struct file___before_6_13 {
	atomic64_t f_count;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct sock_common {
	__u16 skc_family;
	possible_net_t skc_net;
};

struct sock {
	struct sock_common __sk_common;
	__u16 sk_protocol; /* a bit field of 8 before Linux 5.6 */
};

struct socket {
	struct sock *sk;
};

struct nsproxy {
	struct net *net_ns;
};

struct signal_struct {
	atomic_t live; /* threads that have not begun to end */
};

struct mm_struct {
	unsigned long arg_start;
	unsigned long arg_end;
	struct file *exe_file;
};

struct thread_info {
	unsigned long flags;
	__u32 status;
};

struct task_struct {
	struct thread_info thread_info;
	unsigned int flags;
	int exit_code;
	int pid;
	int tgid;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	__u64 start_boottime; /* Linux 5.5 */
	__u64 self_exec_id;
	kuid_t loginuid; /* CONFIG_AUDIT */
	char comm[16];
	struct mm_struct *mm;
	struct files_struct *files;
	struct nsproxy *nsproxy;
	struct signal_struct *signal;
};

#pragma clang attribute pop

#endif
