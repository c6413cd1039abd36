/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* What the descriptors of the current task stand for. */
#ifndef XDPAUDIT_TRACING_FILES_H
#define XDPAUDIT_TRACING_FILES_H

#include "records.h"

static __always_inline struct file *file_of(__u32 fd)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct fdtable *table = task->files->fdt;
	struct file **files = table->fd;
	struct file *file = 0;

	if (fd < table->max_fds)
		bpf_probe_read_kernel(&file, sizeof(file), &files[fd]);
	return file;
}

/* An object_kind, or 0. Asks the cheapest question first: every close(2) of the host comes here, and most files have no private data. */
static __always_inline __u32 object_kind_of(struct file *file)
{
	char name[8] = {};
	__u32 kind;

	if (!BPF_CORE_READ(file, private_data))
		return 0;
	bpf_probe_read_kernel(name, sizeof(name), BPF_CORE_READ(file, f_path.dentry, d_name.name));
	/* "bpf-prog", "bpf-map", and both "bpf_link" (BPF_LINK_CREATE) and "bpf-link" (BPF_OBJ_GET, BPF_LINK_GET_FD_BY_ID). */
	if (name[0] != 'b' || name[1] != 'p' || name[2] != 'f' || (name[3] != '-' && name[3] != '_'))
		return 0;
	if (name[4] == 'p' && name[5] == 'r' && name[6] == 'o')
		kind = OBJECT_PROGRAM;
	else if (name[4] == 'l' && name[5] == 'i' && name[6] == 'n')
		kind = OBJECT_LINK;
	else if (name[4] == 'm' && name[5] == 'a' && name[6] == 'p')
		kind = OBJECT_MAP;
	else
		return 0;
	/* Any file may be called so; only the kernel makes such files here. */
	return BPF_CORE_READ(file, f_inode, i_sb, s_magic) == ANON_INODE_FS_MAGIC ? kind : 0;
}

/* The program or link of a descriptor, or NULL. */
static __always_inline void *object_of(__u32 fd, __u32 kind)
{
	struct file *file = file_of(fd);

	return file && object_kind_of(file) == kind ? BPF_CORE_READ(file, private_data) : 0;
}

static __always_inline __u32 references_of(struct file *file)
{
	struct file___before_6_13 *older = (void *)file;

	if (bpf_core_field_exists(file->f_ref))
		return BPF_CORE_READ(file, f_ref.refcnt.counter) + 1;
	return BPF_CORE_READ(older, f_count.counter);
}

#endif
