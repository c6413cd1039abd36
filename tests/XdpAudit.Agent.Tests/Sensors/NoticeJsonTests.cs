using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace XdpAudit.Agent.Tests;

/// <summary>Notices are written and read again without loss, whatever their kind.</summary>
public sealed class NoticeJsonTests
{
    public static TheoryData<Type> Kinds =>
        [.. typeof(KernelNotice).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(a => a.DerivedType)];

    public static TheoryData<Type> Actors =>
        [.. typeof(Actor).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(a => a.DerivedType)];

    [Fact]
    public void Every_kind_of_notice_has_a_written_name()
    {
        var kinds = typeof(KernelNotice).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(KernelNotice)));

        Assert.Equal(kinds.Select(t => t.Name).Order(StringComparer.Ordinal), Kinds.Select(k => k.Data.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_notice_with_all_its_members_is_read_as_it_was_written(Type kind)
    {
        var notice = (KernelNotice)new Filler().Fill(kind);

        var json = Write(notice);
        var read = NoticeJson.Read(json);

        Assert.Equal(kind, read.GetType());
        Assert.Equivalent(notice, read, strict: true);
        Assert.Equal(Encoding.UTF8.GetString(json), Encoding.UTF8.GetString(Write(read)));
        using var document = JsonDocument.Parse(json);
        Assert.Equal(
            kind.GetProperties().Select(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name)).Append("kind").Order(StringComparer.Ordinal),
            document.RootElement.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_notice_with_nothing_but_what_it_needs_is_read_as_it_was_written(Type kind)
    {
        var notice = (KernelNotice)new Filler { Bare = true }.Fill(kind);

        var json = Write(notice);

        Assert.Equivalent(notice, NoticeJson.Read(json), strict: true);
        Assert.DoesNotContain("null", Encoding.UTF8.GetString(json), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Actors))]
    public void Every_kind_of_actor_goes_with_a_notice(Type kind)
    {
        var notice = Notices.One(1) with { Actor = (Actor)new Filler().Fill(kind) };

        Assert.Equivalent(notice, NoticeJson.Read(Write(notice)), strict: true);
    }

    [Fact]
    public void The_written_form_is_the_one_that_other_processes_know()
    {
        var notice = new XdpSetNotice(new(new(1), new(4026531840), new(2), "eth0"), XdpMode.Native, null, new(17))
        {
            BootNs = 5_000_000_000,
            Tier = SensorTiers.Tracing,
            Actor = new Actor.Kernel("the interface went"),
        };

        Assert.Equal(
            """{"kind":"xdp-set","interface":{"netns":1,"netns_inode":4026531840,"if_index":2,"name":"eth0"},"mode":"native","after":17,"boot_ns":5000000000,"tier":"tracing","actor":{"kind":"kernel","why":"the interface went"}}""",
            Encoding.UTF8.GetString(Write(notice)));
    }

    [Theory]
    [InlineData("""{"kind":"program-born","boot_ns":1,"tier":"perf","actor":{"kind":"unknown","why":""}}""")]
    [InlineData("""{"boot_ns":1,"tier":"perf","actor":{"kind":"unknown","why":""}}""")]
    [InlineData("""{"kind":"process-exit","exit_code":1}""")]
    [InlineData("null")]
    [InlineData("{")]
    public void What_is_no_notice_is_refused(string json)
    {
        Assert.Throws<JsonException>(() => NoticeJson.Read(Encoding.UTF8.GetBytes(json)));
    }

    [Fact]
    public void A_name_that_is_no_text_does_not_keep_a_notice_from_being_written()
    {
        var notice = Notices.One(1) with { Name = "\u001b[31m\ud800<script>\0" };

        var read = (ProgramLoadNotice)NoticeJson.Read(Write(notice));

        Assert.Equal("\u001b[31m\ufffd<script>\0", read.Name);
    }

    private static byte[] Write(KernelNotice notice) => JsonSerializer.SerializeToUtf8Bytes(notice, NoticeJson.Default.KernelNotice);

    /// <summary>Makes a value of a type with something in every member, never the same twice.</summary>
    private sealed class Filler
    {
        private uint _count;

        /// <summary>Leave out what may be left out.</summary>
        internal bool Bare { get; init; }

        internal object Fill(Type type)
        {
            _count++;
            if (Nullable.GetUnderlyingType(type) is { } inner)
            {
                return Fill(inner);
            }

            if (type == typeof(string))
            {
                return $"text {_count} \"\\\u00e4\u4e16";
            }

            if (type == typeof(bool))
            {
                return true;
            }

            if (type == typeof(int) || type == typeof(uint))
            {
                return Convert.ChangeType(int.MaxValue - _count, type, null);
            }

            if (type == typeof(ulong))
            {
                return ulong.MaxValue - _count;
            }

            if (type.IsEnum)
            {
                return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1)!;
            }

            if (type.GetInterfaces().FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IId<,>)) is { } id)
            {
                return type.GetMethod("From")!.Invoke(null, [Fill(id.GetGenericArguments()[1])])!;
            }

            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            {
                var list = Array.CreateInstance(type.GetGenericArguments()[0], 2);
                list.SetValue(Fill(type.GetGenericArguments()[0]), 0);
                list.SetValue(Fill(type.GetGenericArguments()[0]), 1);
                return list;
            }

            return type == typeof(Actor) ? Fill(Bare ? typeof(Actor.Unknown) : typeof(Actor.Process)) : FillRecord(type);
        }

        private object FillRecord(Type type)
        {
            var nullability = new NullabilityInfoContext();
            var constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
            var made = constructor.Invoke(
                [.. constructor.GetParameters().Select(p => Bare && nullability.Create(p).WriteState == NullabilityState.Nullable ? null : Fill(p.ParameterType))]);
            var positional = constructor.GetParameters().Select(p => p.Name).ToHashSet();
            foreach (var property in type.GetProperties().Where(p => p.CanWrite && !positional.Contains(p.Name)))
            {
                if (!Bare || property.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute)))
                {
                    property.SetValue(made, Fill(property.PropertyType));
                }
            }

            return made;
        }
    }
}
