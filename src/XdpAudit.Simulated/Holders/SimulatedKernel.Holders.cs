using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Simulated;

public sealed partial class SimulatedKernel
{
    /// <summary>The process that executors on this kernel run in, unless they are told otherwise.</summary>
    public const int ExecutorPid = 1000;

    private readonly List<Held> _descriptors = [];
    private readonly SortedDictionary<int, ProcessIdentity> _processes = [];

    private sealed record Held(int Pid, int Fd, string Kind, uint Id);

    /// <summary>Names a process. Those that hold something without having been named are called <c>pid-N</c>.</summary>
    public void AddProcess(int pid, string comm, string? exe = null, uint uid = 0, string? cgroup = null)
    {
        lock (_gate)
        {
            _processes[pid] = new() { Pid = pid, StartTicks = (ulong)pid, Comm = comm, Exe = exe, Uid = uid, Cgroup = cgroup };
        }
    }

    /// <summary>A process opens a descriptor of an object that is there; returns the descriptor's number.</summary>
    public int OpenForeign(string kind, uint id, int pid)
    {
        lock (_gate)
        {
            return Exists(kind, id) ? Hold(pid, kind, id) : throw new ArgumentException($"no {kind} {id} exists");
        }
    }

    /// <summary>A child inherits all descriptors of its parent.</summary>
    public void Fork(int parent, int child)
    {
        lock (_gate)
        {
            foreach (var held in _descriptors.Where(d => d.Pid == parent).ToList())
            {
                Hold(child, held.Kind, held.Id);
            }
        }
    }

    /// <summary>A process closes its descriptors of one object.</summary>
    public void Close(int pid, string kind, uint id)
    {
        lock (_gate)
        {
            _descriptors.RemoveAll(d => d.Pid == pid && d.Kind == kind && d.Id == id);
            Sweep();
        }
    }

    /// <summary>A process ends, or is killed, or executes another program: all its descriptors are closed.</summary>
    public void CloseAll(int pid)
    {
        lock (_gate)
        {
            _descriptors.RemoveAll(d => d.Pid == pid);
            _processes.Remove(pid);
            Sweep();
        }
    }

    private int Hold(int pid, string kind, uint id)
    {
        if (!_processes.ContainsKey(pid))
        {
            _processes[pid] = new() { Pid = pid, StartTicks = (ulong)pid, Comm = "pid-" + pid.ToString(CultureInfo.InvariantCulture), Uid = 0 };
        }

        var fd = 3;
        while (_descriptors.Any(d => d.Pid == pid && d.Fd == fd))
        {
            fd++;
        }

        _descriptors.Add(new(pid, fd, kind, id));
        return fd;
    }

    private bool Exists(string kind, uint id) => kind switch
    {
        ObjectKind.Program => _programs.ContainsKey(id),
        ObjectKind.Link => _links.ContainsKey(id),
        ObjectKind.Map => _maps.ContainsKey(id),
        _ => false,
    };
}
