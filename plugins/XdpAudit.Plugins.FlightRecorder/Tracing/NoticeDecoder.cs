using System.Runtime.InteropServices;
using System.Text;
using XdpAudit.Abstractions;
using XdpAudit.Kernel;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>From the records of Bpf/records.h to notices.</summary>
internal sealed unsafe class NoticeDecoder(string tier, Actors actors)
{
    private const uint ObjectProgram = 1;
    private const uint ObjectLink = 2;

    private readonly long[] _heard = new long[BpfCounters.Kinds];
    private readonly Dictionary<string, long> _pins = [];

    /// <summary>How many records of this kind were decoded.</summary>
    internal long Heard(RecordKind kind) => _heard[(int)kind];

    /// <summary>How many pins of this <see cref="ObjectKind"/> were decoded.</summary>
    internal long HeardPins(string kind) => _pins.GetValueOrDefault(kind);

    internal void Decode(ReadOnlySpan<byte> record, List<KernelNotice> into)
    {
        ref readonly var head = ref MemoryMarshal.AsRef<RecordHead>(record);
        if ((uint)head.Kind < (uint)_heard.Length)
        {
            _heard[(int)head.Kind]++;
        }

        switch (head.Kind)
        {
            case RecordKind.Process:
                actors.Learn(record);
                return;
            case RecordKind.Load:
                into.Add(Load(in MemoryMarshal.AsRef<LoadRecord>(record)));
                return;
            case RecordKind.LoadFailed:
                into.Add(LoadFailed(in MemoryMarshal.AsRef<LoadFailedRecord>(record)));
                return;
            case RecordKind.LinkCreate or RecordKind.LinkUpdate or RecordKind.LinkDetach or RecordKind.LinkFree:
                into.Add(Link(in MemoryMarshal.AsRef<LinkRecord>(record)));
                return;
            case RecordKind.Pin or RecordKind.Unpin:
                into.Add(Pin(record));
                return;
            case RecordKind.XdpSet:
                into.Add(XdpSet(in MemoryMarshal.AsRef<XdpSetRecord>(record)));
                return;
            case RecordKind.Close:
                var close = MemoryMarshal.Read<ObjectRecord>(record);
                into.Add(new DescriptorCloseNotice(KindOf(close.ObjectKind), close.Id, close.References == 1) { BootNs = head.BootNs, Tier = tier, Actor = actors.Of(in head) });
                return;
            case RecordKind.Exit:
                into.Add(new ProcessExitNotice(head.Result) { BootNs = head.BootNs, Tier = tier, Actor = actors.Of(in head) });
                return;
            case RecordKind.Unload:
                var unload = MemoryMarshal.Read<ObjectRecord>(record);
                into.Add(new ProgramUnloadNotice(new(unload.Id), TagOf(new(unload.Tag, 8))) { BootNs = head.BootNs, Tier = tier, Actor = actors.Of(in head) });
                return;
            case RecordKind.DeviceGone:
                var gone = MemoryMarshal.Read<DeviceRecord>(record);
                into.Add(new InterfaceGoneNotice(Interface(in gone.Device)!, (head.Flags & RecordHead.KernelThread) != 0) { BootNs = head.BootNs, Tier = tier, Actor = actors.Of(in head) });
                return;
            default:
                throw new InvalidDataException($"the ring gave a record of kind {(uint)head.Kind}, which Bpf/records.h does not have");
        }
    }

    private ProgramLoadNotice Load(ref readonly LoadRecord r)
    {
        var maps = new KernelMapId[Math.Min(r.MapCount, LoadRecord.MostMaps)];
        for (var i = 0; i < maps.Length; i++)
        {
            maps[i] = new(r.Maps[i]);
        }

        fixed (byte* tag = r.Tag, name = r.Name)
        {
            return new(new(r.Id))
            {
                BootNs = r.Head.BootNs,
                Tier = tier,
                Actor = actors.Of(in r.Head),
                LoadedNs = r.LoadTime,
                Type = ProgramTypes.Name(r.Type),
                Name = KernelText.FromFixed(new(name, 16)),
                Tag = TagOf(new(tag, 8)),
                Uid = r.Uid,
                // A part of them would be taken for all.
                MapIds = r.MapCount > LoadRecord.MostMaps ? null : maps,
                MemlockBytes = r.Memlock,
                Extends = Program(r.Extends),
            };
        }
    }

    private ProgramLoadFailedNotice LoadFailed(ref readonly LoadFailedRecord r)
    {
        fixed (byte* name = r.Name)
        {
            return new(r.Head.Result, ProgramTypes.Name(r.Type), r.Told == 0 ? null : KernelText.FromFixed(new(name, 16)))
            {
                BootNs = r.Head.BootNs,
                Tier = tier,
                Actor = actors.Of(in r.Head),
            };
        }
    }

    private KernelNotice Link(ref readonly LinkRecord r)
    {
        var actor = actors.Of(in r.Head);
        var type = LinkTypes.Name(r.Type);
        var at = Interface(in r.Device);
        return r.Head.Kind switch
        {
            RecordKind.LinkCreate => new LinkCreateNotice(new(r.Id), type, new(r.Program))
            {
                BootNs = r.Head.BootNs,
                Tier = tier,
                Actor = actor,
                Interface = at,
                Mode = ModeOf(r.Mode),
                Target = Program(r.TargetProgram),
            },
            RecordKind.LinkUpdate => new LinkUpdateNotice(new(r.Id), type, Program(r.OldProgram), new(r.Program)) { BootNs = r.Head.BootNs, Tier = tier, Actor = actor, Interface = at },
            RecordKind.LinkDetach => new LinkDetachNotice(new(r.Id), type, new(r.Program), WhyDetached(in r)) { BootNs = r.Head.BootNs, Tier = tier, Actor = actor, Interface = at },
            _ => new LinkFreeNotice(new(r.Id), new(r.Program)) { BootNs = r.Head.BootNs, Tier = tier, Actor = actor },
        };
    }

    /// <summary>The interfaces of a namespace that ends are taken away by a thread of the kernel, others by whoever asked.</summary>
    private static string WhyDetached(ref readonly LinkRecord r) =>
        r.Reason != LinkRecord.DeviceGone ? "asked" : (r.Head.Flags & RecordHead.KernelThread) != 0 ? "netns-gone" : "interface-gone";

    private XdpSetNotice XdpSet(ref readonly XdpSetRecord r) =>
        new(Interface(in r.Device)!, ModeOf(r.Mode), Program(r.Before), Program(r.After)) { BootNs = r.Head.BootNs, Tier = tier, Actor = actors.Of(in r.Head) };

    private KernelNotice Pin(ReadOnlySpan<byte> record)
    {
        ref readonly var r = ref MemoryMarshal.AsRef<PathRecord>(record);
        var bytes = record.Slice(sizeof(PathRecord), (int)r.PathBytes);
        var path = new PinPath((r.Flags & PathRecord.LeafFirst) != 0 ? FromLeaf(bytes) : KernelText.FromFixed(bytes));
        var actor = actors.Of(in r.Head);
        var kind = KindOf(r.ObjectKind);
        if (r.Head.Kind == RecordKind.Unpin)
        {
            return new UnpinNotice(path) { BootNs = r.Head.BootNs, Tier = tier, Actor = actor, Held = kind, HeldId = r.Id };
        }

        _pins[kind] = HeardPins(kind) + 1;
        return new PinNotice(kind, r.Id, path) { BootNs = r.Head.BootNs, Tier = tier, Actor = actor };
    }

    /// <summary>Names from the leaf to the root of their file system, each ended by 0, as a path relative to that root.</summary>
    private static string FromLeaf(ReadOnlySpan<byte> names)
    {
        var path = new StringBuilder();
        while (names.IndexOf((byte)0) is var end and >= 0)
        {
            path.Insert(0, path.Length == 0 ? "" : "/").Insert(0, KernelText.Escape(names[..end]));
            names = names[(end + 1)..];
        }

        return path.ToString();
    }

    private static NoticedInterface? Interface(ref readonly DevicePart d)
    {
        if (d.IfIndex == 0)
        {
            return null;
        }

        fixed (byte* name = d.Name)
        {
            return new(new(d.NetnsCookie), new(d.NetnsInode), new(d.IfIndex), KernelText.FromFixed(new(name, 16)));
        }
    }

    private static KernelProgramId? Program(uint id) => id == 0 ? null : new(id);

    private static ProgramTag TagOf(ReadOnlySpan<byte> tag) => new(Convert.ToHexStringLower(tag));

    private static string KindOf(uint kind) => kind switch
    {
        ObjectProgram => ObjectKind.Program,
        ObjectLink => ObjectKind.Link,
        _ => ObjectKind.Map,
    };

    /// <summary>enum bpf_xdp_mode (include/linux/netdevice.h), plus 1.</summary>
    private static XdpMode ModeOf(uint mode) => mode switch
    {
        1 => XdpMode.Generic,
        2 => XdpMode.Native,
        3 => XdpMode.Offload,
        _ => XdpMode.Unknown,
    };
}
