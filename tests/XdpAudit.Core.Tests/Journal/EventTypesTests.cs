using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace XdpAudit.Core.Tests;

/// <summary>Every event, by reflection: none can be added and forgotten somewhere.</summary>
public sealed class EventTypesTests
{
    private static readonly Type[] Sealed = [.. typeof(JournalEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(JournalEvent)) && !t.IsAbstract)];

    public static TheoryData<Type> Types { get; } = [.. Sealed];

    public static TheoryData<Type> States { get; } = [.. typeof(SubjectState).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(SubjectState)) && !t.IsAbstract)];

    [Fact]
    public void Every_event_has_a_stored_name_and_no_two_have_the_same() =>
        Assert.Equal(Sealed.OrderBy(t => t.Name), EventNames.All.Values.OrderBy(t => t.Name));

    [Theory]
    [MemberData(nameof(Types))]
    public void It_is_a_sealed_record_whose_name_is_a_fact_in_the_past_tense(Type type)
    {
        Assert.True(type.IsSealed);
        Assert.DoesNotMatch("(Event|Updated)$", type.Name);
        Assert.Equal(JsonNamingPolicy.SnakeCaseLower.ConvertName(type.Name), EventNames.Of(Filled.Event(type)));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void All_its_members_survive_being_stored(Type type)
    {
        var fact = Filled.Event(type);

        var json = EventJson.Write(fact);
        var read = EventJson.Read(type, json);

        var stored = JsonNode.Parse(json)!.AsObject();
        Assert.All(Filled.Members(type), m => Assert.True(stored.ContainsKey(NameOf(m)), $"{m.Name} is not stored"));
        Assert.IsType(type, read);
        Assert.Equal(Canonical.Of(fact), Canonical.Of(read));
        Assert.All(Filled.Members(type), m => Assert.Equivalent(m.GetValue(fact), m.GetValue(read), strict: true));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void It_names_subjects_and_each_of_them_can_be_folded(Type type)
    {
        var fact = Filled.Event(type);

        Assert.NotEmpty(fact.Subjects);
        Assert.All(fact.Subjects, subject => Subjects.Fold(null, subject, new(1, A.BootedAt, fact)));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void It_can_be_told_in_a_sentence(Type type) => Assert.NotEmpty(Story.Tell(Filled.Event(type)));

    [Theory]
    [MemberData(nameof(States))]
    public void Every_state_survives_being_stored(Type type)
    {
        var state = (SubjectState)Filled.Of(type);

        var json = JsonSerializer.Serialize(state, StateJson.Default.SubjectState);
        var read = JsonSerializer.Deserialize(json, StateJson.Default.SubjectState);

        Assert.IsType(type, read);
        Assert.Equal(json, JsonSerializer.Serialize(read, StateJson.Default.SubjectState));
        Assert.All(Filled.Members(type), m => Assert.Equivalent(m.GetValue(state), m.GetValue(read), strict: true));
    }

    [Fact]
    public void Every_kind_of_holder_and_actor_survives_being_stored()
    {
        foreach (var holder in typeof(HolderFacts).GetNestedTypes().Select(t => (HolderFacts)Filled.Of(t)))
        {
            var fact = new HolderAppeared(A.Key(5).Value, holder);
            Assert.Equivalent(holder, ((HolderAppeared)EventJson.Read(typeof(HolderAppeared), EventJson.Write(fact))).Holder, strict: true);
        }

        foreach (var actor in typeof(Actor).GetNestedTypes().Select(t => (Actor)Filled.Of(t)))
        {
            var fact = new AgentStopped(A.Host, "asked") { Actor = actor };
            Assert.Equivalent(actor, EventJson.Read(typeof(AgentStopped), EventJson.Write(fact)).Actor, strict: true);
        }
    }

    private static string NameOf(System.Reflection.PropertyInfo member) =>
        member.GetCustomAttributes(typeof(JsonPropertyNameAttribute), true) is [JsonPropertyNameAttribute name] ? name.Name : JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Name);
}
