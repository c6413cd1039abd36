using System.Text;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>
/// Pins that are removed or renamed, on every bpffs of our mount namespace. The kernel tells of the names in a directory that is listened to: what
/// happens in a new directory before we come to it, and what goes with the last mount of a bpffs, is not heard.
/// </summary>
internal sealed class FilesTier(ActorReader actors, bool tellsWho = true) : ITier, IBpffsWatcher, IQuietTier
{
    private const string MountInfo = "/proc/self/mountinfo";
    private const int MostMountInfo = 4 * 1024 * 1024;
    private static readonly Actor Nobody = new Actor.Unknown("it tells of what was not heard");
    private static readonly Actor NotTold = new Actor.Unknown("inotify does not tell who");

    private readonly Dictionary<string, (string Path, bool Own)> _directories = [];
    private readonly List<(DirectoryEvent Event, ulong BootNs)> _heard = [];
    private readonly List<LossNotice> _losses = [];
    private IDirectoryWatch? _watch;
    private Descriptor? _mountInfo;
    private volatile bool _mountsChanged;
    private byte[] _mounts = [];
    private ulong _readNs;
    private long _fired;

    public string Name => SensorTiers.Files;

    public IReadOnlyList<int> Descriptors => _watch is null ? [] : [_watch.Descriptor];

    // A bpffs that is mounted makes no descriptor of ours readable; mountinfo tells by POLLPRI, once.
    public bool HasData
    {
        get
        {
            if (_mountInfo is { } file && PerfCalls.IsUrgent(file.Number))
            {
                _mountsChanged = true;
            }

            return _mountsChanged;
        }
    }

    public SensorTier Open()
    {
        _watch = tellsWho ? FanotifyWatch.TryOpen(out _) : null;
        var errno = 0;
        _watch ??= InotifyWatch.TryOpen(out errno);
        if (_watch is null)
        {
            var why = $"inotify_init1: {Errnos.Name(errno)}; raise fs.inotify.max_user_instances";
            return new(Name, SensorStates.Refused, why, [new("inotify", SensorStates.Refused, why)]);
        }

        _mountInfo = FileCalls.TryOpen(MountInfo, out _);
        _readNs = BootClock.Now();
        FollowMounts();
        return new(Name, SensorStates.Live, "", [new(_watch.Hook, SensorStates.Live, "")]);
    }

    public void WatchOwn(string path) => Watch(path, own: true);

    public void Drain(List<KernelNotice> into)
    {
        Read();
        foreach (var (told, bootNs) in _heard)
        {
            if (_directories.TryGetValue(told.Key, out var directory) && !directory.Own && IsUnpin(told.Mask))
            {
                into.Add(new UnpinNotice(new(At(directory.Path, ProcText.Escape(told.Name))))
                {
                    BootNs = bootNs,
                    Tier = Name,
                    Actor = told.Pid is { } pid ? actors.Of(pid, pid, bootNs) : NotTold,
                });
            }
        }

        into.AddRange(_losses);
        _heard.Clear();
        _losses.Clear();
    }

    public IReadOnlyDictionary<string, long> Fired()
    {
        Read();
        return _watch is null ? new Dictionary<string, long>() : new Dictionary<string, long> { [_watch.Hook] = _fired };
    }

    public void Dispose()
    {
        _watch?.Dispose();
        _mountInfo?.Dispose();
    }

    private static bool IsUnpin(uint mask) => (mask & (WatchCalls.Delete | WatchCalls.MovedFrom)) != 0 && (mask & WatchCalls.OnDirectory) == 0;

    private static string At(string directory, string name) => directory.EndsWith('/') ? directory + name : $"{directory}/{name}";

    private void Read()
    {
        if (_watch is null)
        {
            return;
        }

        var told = new List<DirectoryEvent>();
        var whole = _watch.Read(told);

        // The events carry no time; what they tell has happened by now.
        var now = BootClock.Now();
        foreach (var one in told)
        {
            _heard.Add((one, now));
            _fired += IsUnpin(one.Mask) ? 1 : 0;
            if ((one.Mask & WatchCalls.OnDirectory) != 0 && (one.Mask & (WatchCalls.Create | WatchCalls.MovedTo)) != 0
                && _directories.TryGetValue(one.Key, out var parent) && !parent.Own)
            {
                Watch(At(parent.Path, Encoding.UTF8.GetString(one.Name)), own: false);
            }
        }

        if (!whole)
        {
            _losses.Add(new(null, _readNs, "the kernel's queue of file events was full: pins that were removed were not heard; drain sooner") { BootNs = now, Tier = Name, Actor = Nobody });
            _mounts = [];
        }

        _readNs = now;
        FollowMounts();
    }

    // A mount that was seen before may be another one by now, and its marks went with the old one; to add one again changes nothing.
    private void FollowMounts()
    {
        _mountsChanged = false;
        if (FileCalls.TryRead(MountInfo, MostMountInfo, out var content, out _) && !content.AsSpan().SequenceEqual(_mounts))
        {
            _mounts = content;
            foreach (var point in BpffsMounts.Parse(Encoding.UTF8.GetString(content)))
            {
                Watch(point, own: false);
            }
        }
    }

    private void Watch(string root, bool own)
    {
        foreach (var path in BpffsMounts.Directories(root))
        {
            if (_watch!.TryAdd(path, out _) is { } key)
            {
                _directories[key] = (own ? path : ProcText.Escape(Encoding.UTF8.GetBytes(path)), own);
            }
        }
    }
}
