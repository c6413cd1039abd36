using System.Globalization;
using XdpAudit.Abstractions;
using XdpAudit.Testing;

namespace XdpAudit.Kernel.Tests;

/// <summary>A namespace that has no path, and that no handle opens: its number is not given here, and Linux 7.2 opens none that only a socket keeps.</summary>
public sealed class BorrowedSocketTests : IDisposable
{
    private readonly Rig _rig;
    private readonly Holder _holder;
    private readonly uint _inode;

    public BorrowedSocketTests()
    {
        Requires.RootAndBpf();
        _rig = new();
        _holder = new(_rig.Lab.CompileC("nameless", CPrograms.Nameless), "leave");
        _inode = (uint)Look.Once().Links.Single(l => l.Id.Value == _holder.Numbers[1]).NetnsInode!.Value.Value;
    }

    private FileRecord Socket => new()
    {
        Tgid = _holder.Pid,
        Tid = _holder.Pid,
        Fd = int.Parse(
            Path.GetFileName(Directory.GetFiles($"/proc/{_holder.Pid}/fd").Single(f => File.ResolveLinkTarget(f, false)!.Name.StartsWith("socket:[", StringComparison.Ordinal))),
            CultureInfo.InvariantCulture),
    };

    [Fact]
    public void Its_socket_leads_there()
    {
        var (seen, gaps) = Read(_inode, Socket);

        Assert.Empty(gaps);
        Assert.Equal((_inode, null, true), Assert.Single(seen.Namespaces.Select(n => ((uint)n.Inode.Value, n.Path, n.Complete))));
        Assert.Contains(seen.Interfaces, i => i.Name == "na" && i.Xdp.Any(x => x.Program.Value == _holder.Numbers[0]));
    }

    [Fact]
    public void A_socket_that_is_gone_by_now_is_no_gap_and_the_next_one_is_asked()
    {
        var (socket, closed, pipe, ended) = (Socket, Socket, Socket, Socket);
        closed.Fd = 1000;
        pipe.Fd = 1;
        ended.Tgid = ended.Tid = int.MaxValue;

        var (none, gaps) = Read(_inode, closed, pipe, ended);
        Assert.Empty(gaps);
        Assert.Empty(none.Namespaces);
        Assert.DoesNotContain(_inode, none.Tried);
        Assert.Single(Read(_inode, closed, pipe, ended, socket).Seen.Namespaces);
    }

    [Fact]
    public void A_socket_of_another_namespace_leads_nowhere()
    {
        var (seen, gaps) = Read(_inode - 1, Socket);

        Assert.Empty(gaps);
        Assert.Empty(seen.Namespaces);
    }

    [Fact]
    public void A_refusal_is_told_as_a_gap()
    {
        // A thread that is called a process is not found as one, and has not gone either.
        var thread = Directory.GetDirectories("/proc/self/task").Select(t => int.Parse(Path.GetFileName(t), CultureInfo.InvariantCulture)).First(t => t != Environment.ProcessId);

        var (seen, gaps) = Read(_inode, new FileRecord { Tgid = thread, Tid = thread, Fd = 0 });

        var gap = Assert.Single(gaps);
        Assert.Empty(seen.Namespaces);
        Assert.Equal($"enter network namespace net:[{_inode}]", gap.What);
        Assert.Equal(Words.SocketNotLent, gap.Why);
    }

    public void Dispose()
    {
        _holder.Dispose();
        _rig.Dispose();
    }

    private static (NetnsSeen Seen, IReadOnlyList<CoverageGap> Gaps) Read(uint inode, params FileRecord[] sockets)
    {
        var (seen, namespaces) = (new NetnsSeen(), new LookPart(""));
        var door = new NetnsDoor(inode);
        door.Sockets.AddRange(sockets);
        NamespaceThread.Run("/proc", () => NetnsReader.Read([door], "/proc", seen, namespaces, new(""), TestContext.Current.CancellationToken));
        return (seen, namespaces.Build().Gaps);
    }
}
