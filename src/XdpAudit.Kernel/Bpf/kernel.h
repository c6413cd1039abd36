/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * The members of kernel structures that look.bpf.c reads, and no others. Order and padding do not matter: preserve_access_index makes
 * every access a CO-RE relocation, which libbpf resolves by name against the BTF of the running kernel.
 */
#ifndef XDPAUDIT_KERNEL_H
#define XDPAUDIT_KERNEL_H

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
typedef __u32 dev_t;

/* bpf_helper_defs.h declares its helpers with these. */
enum bpf_map_type { BPF_MAP_TYPE_PROG_ARRAY = 3, BPF_MAP_TYPE_DEVMAP = 14, BPF_MAP_TYPE_CPUMAP = 16, BPF_MAP_TYPE_DEVMAP_HASH = 25 };
enum bpf_prog_type { BPF_PROG_TYPE_UNSPEC };
enum bpf_link_type { BPF_LINK_TYPE_TRACING = 2, BPF_LINK_TYPE_XDP = 6 };

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
	__s64 counter;
} atomic64_t;

typedef struct {
	__u32 val;
} kuid_t;

struct seq_file {
	unsigned long size;
	unsigned long count;
};

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct btf {
	__u32 id;
};

struct user_struct {
	kuid_t uid;
};

struct ns_common {
	unsigned int inum;
	__u32 ns_type; /* Linux 6.18; before that proc_ns_operations.type */
	const struct proc_ns_operations *ops;
};

struct proc_ns_operations___before_6_18 {
	int type;
};

struct net {
	struct ns_common ns;
	__u64 net_cookie; /* Linux 5.14 */
};

typedef struct {
	struct net *net;
} possible_net_t;

struct net_device {
	int ifindex;
	possible_net_t nd_net;
	char name[16];
};

struct bpf_prog_offload {
	struct net_device *netdev;
};

struct bpf_prog_aux {
	atomic64_t refcnt;
	__u32 used_map_cnt;
	__u32 id;
	__u32 func_cnt;
	struct bpf_prog *dst_prog;
	_Bool dev_bound; /* Linux 6.3 */
	struct user_struct *user;
	__u64 load_time;
	__u32 verified_insns; /* Linux 5.16 */
	char name[16];
	struct btf *btf;
};

struct bpf_prog {
	__u16 pages;
	__u16 jited : 1;
	__u16 gpl_compatible : 1;
	enum bpf_prog_type type;
	__u32 len;
	__u32 jited_len;
	__u8 tag[8];
	struct bpf_prog_aux *aux;
};

struct bpf_link {
	atomic64_t refcnt;
	__u32 id;
	enum bpf_link_type type;
	struct bpf_prog *prog;
};

struct bpf_xdp_link {
	struct bpf_link link;
	struct net_device *dev;
	int flags;
};

struct bpf_tramp_link {
	struct bpf_link link;
};

struct bpf_tracing_link {
	struct bpf_tramp_link link;
	struct bpf_prog *tgt_prog;
};

struct bpf_map_ops {
	void *map_mem_usage; /* Linux 6.4 */
};

struct bpf_map {
	const struct bpf_map_ops *ops;
	enum bpf_map_type map_type;
	__u32 key_size;
	__u32 value_size;
	__u32 max_entries;
	__u32 map_flags;
	__u32 id;
	struct btf_record *record; /* Linux 6.2 */
	struct btf *btf;
	char name[16];
	atomic64_t usercnt;
	_Bool frozen;
	__u64 cookie; /* Linux 6.12 */
};

struct bpf_map___before_6_2 {
	int timer_off; /* Linux 5.15 */
};

/* kernel/bpf/arraymap.c: in a prog_array, ptrs are of struct bpf_prog. The kernel has it inside unnamed members. */
struct bpf_array {
	struct bpf_map map;
	__u32 elem_size;
	void *ptrs[0];
};

struct hlist_node {
	struct hlist_node *next;
};

/* kernel/bpf/devmap.c: one for devmap, which has netdev_map, and devmap_hash, which has dev_index_head. */
struct bpf_dtab {
	struct bpf_map map;
	struct bpf_dtab_netdev **netdev_map;
	struct hlist_head *dev_index_head;
	__u32 n_buckets;
};

struct bpf_dtab_netdev {
	struct hlist_node index_hlist;
	struct bpf_prog *xdp_prog; /* Linux 5.8 */
	unsigned int idx;
};

/* kernel/bpf/cpumap.c */
struct bpf_cpu_map {
	struct bpf_map map;
	struct bpf_cpu_map_entry **cpu_map;
};

struct bpf_cpu_map_entry {
	struct bpf_prog *prog; /* Linux 5.9 */
};

struct super_block {
	dev_t s_dev;
	unsigned long s_magic;
};

struct inode {
	__u16 i_mode;
	struct super_block *i_sb;
	unsigned long i_ino;
	void *i_private;
};

struct qstr {
	const unsigned char *name;
};

struct dentry {
	struct qstr d_name;
};

struct path {
	struct dentry *dentry;
};

struct file {
	struct path f_path;
	struct inode *f_inode;
	void *private_data;
};

struct sock_common {
	possible_net_t skc_net;
};

struct sock {
	struct sock_common __sk_common;
};

struct socket {
	struct sock *sk;
};

struct mnt_namespace {
	struct ns_common ns;
};

struct nsproxy {
	struct mnt_namespace *mnt_ns;
	struct net *net_ns;
};

struct task_struct {
	int pid;
	int tgid;
	struct task_struct *group_leader;
	struct nsproxy *nsproxy;
};

struct bpf_iter__bpf_prog {
	struct bpf_iter_meta *meta;
	struct bpf_prog *prog;
};

struct bpf_iter__bpf_link {
	struct bpf_iter_meta *meta;
	struct bpf_link *link;
};

struct bpf_iter__bpf_map {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	struct file *file;
};

#pragma clang attribute pop

#endif
